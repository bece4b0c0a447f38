// Where the edges of words are. Knows no mentions and no screen; every offset counts UTF-16 code units of the original text.

export interface Span {
  start: number;
  end: number;
}

// As the service's own tokens, because models and annotators put their edges there: `q.i.d.` is one, `2.5` is one, a number
// gives up its unit (`5|mg`), hyphens and slashes stand alone, and so does `'s`.
const word = /(?<![\p{L}\p{N}])(?:[A-Za-z]\.){2,}(?![A-Za-z0-9])|\p{N}+(?:[.,]\p{N}+)*|\p{L}[\p{L}\p{M}\p{N}]*|['’]s(?![\p{L}\p{N}])|[^\s]/gu;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

// Emoji sequences, flags and stray combining marks: the regular expression above would cut through them.
const needsGraphemes = /[\u0300-\u036f\u200d\ufe0f\ufe0e\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}\u20e3]/u;

/** The tokens of the text in order, without gaps inside a token and never cutting a visible character in two. */
export function tokenize(text: string): Span[] {
  const tokens: Span[] = [];
  for (const match of text.matchAll(word)) tokens.push({ start: match.index, end: match.index + match[0].length });
  return needsGraphemes.test(text) ? joinGraphemes(text, tokens) : tokens;
}

function joinGraphemes(text: string, tokens: Span[]): Span[] {
  const joined: Span[] = [];
  for (const token of tokens) {
    const previous = joined.at(-1);
    if (previous && previous.end === token.start && !isGraphemeEdge(text, token.start)) previous.end = token.end;
    else joined.push({ ...token });
  }
  return joined;
}

/** Whether a visible character starts or ends here; between CR and LF, or inside an emoji, none does. */
export function isGraphemeEdge(text: string, offset: number): boolean {
  return offset <= 0 || offset >= text.length || graphemeStart(text, offset) === offset;
}

function graphemeStart(text: string, offset: number): number {
  const { from, slice } = neighbourhood(text, offset);
  return from + (graphemes.segment(slice).containing(offset - from)?.index ?? offset - from);
}

export function nextGrapheme(text: string, offset: number): number {
  if (offset >= text.length) return text.length;
  const { from, slice } = neighbourhood(text, offset);
  const segment = graphemes.segment(slice).containing(offset - from);
  return segment ? from + segment.index + segment.segment.length : offset + 1;
}

export function previousGrapheme(text: string, offset: number): number {
  return offset <= 0 ? 0 : graphemeStart(text, offset - 1);
}

/** A stretch of text that starts at a certain edge; segmenting a whole note for one step would be slow. */
function neighbourhood(text: string, offset: number): { from: number; slice: string } {
  const lineStart = text.lastIndexOf("\n", Math.max(0, offset - 2)) + 1;
  const from = Math.max(lineStart, safeCut(text, offset - 512));
  return { from, slice: text.slice(from, offset + 512) };
}

function safeCut(text: string, offset: number): number {
  let cut = Math.max(0, offset);
  while (cut > 0 && !/\s/.test(text[cut - 1]!)) cut--;
  return cut;
}

/** Index of the first token that ends after the offset; `tokens.length` when there is none. */
export function tokenAfter(tokens: readonly Span[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle]!.end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
