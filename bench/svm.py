"""A linear support vector machine on word and character n-grams, as most Python users build one: svm.py TRAIN TEST PREDICTIONS [COPIES]

TRAIN and TEST are utterances, one JSON object a line. PREDICTIONS gets one JSON string a line. Standard output gets the seconds of the final
training and of predicting COPIES times TEST, and the C that one held-out tenth of TRAIN chose.
"""

import json
import random
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

CANDIDATES = (0.3, 1.0, 3.0)


def read(path):
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row["text"] for row in rows], [row["intent"] for row in rows]


def model(c):
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return make_pipeline(make_union(words, characters), LinearSVC(C=c))


def choose(texts, intents):
    """The C that is best on a tenth that was left out; every set here has enough for that."""
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)
    held, kept = order[: len(order) // 10], order[len(order) // 10 :]

    def score(c):
        fitted = model(c).fit([texts[i] for i in kept], [intents[i] for i in kept])
        answers = fitted.predict([texts[i] for i in held])
        return sum(answer == intents[i] for answer, i in zip(answers, held))

    return max(CANDIDATES, key=score)


def main():
    train, test, predictions = sys.argv[1:4]
    copies = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    texts, intents = read(train)
    asked, _ = read(test)
    c = choose(texts, intents)
    started = time.perf_counter()
    fitted = model(c).fit(texts, intents)
    trained = time.perf_counter()
    for _ in range(copies):
        answers = fitted.predict(asked)
    done = time.perf_counter()
    with open(predictions, "w", encoding="utf-8") as out:
        for answer in answers:
            out.write(json.dumps(str(answer)) + "\n")
    print(json.dumps({"trainSeconds": trained - started, "predictSeconds": done - trained, "setting": f"C = {c:g}"}))


main()
