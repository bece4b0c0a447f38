"""Import, suggestions, decisions: python3 extract.py [ADDRESS]. Needs nothing but Python 3.9."""
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

SERVICE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5080"
KEY = os.environ.get("CLINICALNLP_KEY")


def call(path, body=None, attempts=5):
    """JSON in and out; a busy service is asked again. Saves carry an idempotency key, so that none is made twice."""
    headers = {"content-type": "application/json"}
    if KEY:
        headers["authorization"] = "Bearer " + KEY
    data = None if body is None else json.dumps(body).encode()
    for attempt in range(attempts):
        try:
            with urllib.request.urlopen(urllib.request.Request(SERVICE + path, data, headers)) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            problem = json.load(error)
            if error.code not in (429, 503) or attempt == attempts - 1:
                raise SystemExit(f"{error.code} {problem['code']}: {problem.get('detail')}")
            time.sleep(float(error.headers.get("retry-after", 1)))


note = "Started metformin 500 mg PO BID for T2DM 😀, denies chest pain."
for mention in call("/v1/extract", {"text": note})["mentions"]:
    # Python counts code points, which is the service's default.
    assert note[mention["start"]:mention["end"]] == mention["text"]
    print(mention["label"], mention["text"], mention["confidence"])

print(call("/v1/intents", {"text": "pls move my tuesday appt to next week"})["intent"])

project = call("/v1/projects", {"name": f"example {uuid.uuid4()}", "labels": [{"name": "PROBLEM"}, {"name": "MEDICATION"}]})["id"]
document = call(f"/v1/projects/{project}/documents", {"documents": [{"externalId": "n1", "text": note}]})["items"][0]["id"]
now = call(f"/v1/documents/{document}/suggestions", {})
changes = [{"action": "accept" if mention["confidence"] > 0.5 else "reject", "mentionId": mention["id"]} for mention in now["mentions"]]
if changes:
    now = call(
        f"/v1/documents/{document}/corrections",
        {"revision": now["revision"], "idempotencyKey": str(uuid.uuid4()), "changes": changes},
    )["document"]
print(call(f"/v1/documents/{document}/complete", {"revision": now["revision"]})["document"]["status"])
