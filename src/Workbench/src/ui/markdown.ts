// Markdown as a tree: what people write in guidelines, and no more. HTML is text like any other, so nothing of it can take effect. Pure.

export type Inline =
  | string
  | { kind: "strong" | "emphasis" | "struck"; of: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "link"; href: string; of: Inline[] };

export type Block =
  | { kind: "heading"; level: number; of: Inline[] }
  | { kind: "paragraph"; of: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "quote"; of: Block[] }
  | { kind: "list"; start: number | undefined; items: Block[][] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

/** Deeper than this a quote or list is text: nobody reads it, and it cannot exhaust the stack. */
const deepest = 8;

/** A longer paragraph is shown as it is written: looking for pairs in it would take too long while somebody types. */
const longest = 10_000;

export function parseMarkdown(text: string): Block[] {
  return blocksOf(text.replaceAll("\r\n", "\n").split("\n"), 0);
}

const fence = /^ {0,3}(`{3,}|~{3,})/;
const heading = /^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$/;
const rule = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const quote = /^ {0,3}> ?/;
const item = /^( {0,3})([-*+]|(\d{1,9})[.)])(\s+|$)/;
const divider = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function blocksOf(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.trim() === "") {
      at++;
      continue;
    }
    const opened = fence.exec(line);
    if (opened) {
      const end = lines.findIndex((other, index) => index > at && other.trim().startsWith(opened[1]!) && /^[`~\s]*$/.test(other));
      const until = end < 0 ? lines.length : end;
      blocks.push({ kind: "code", text: lines.slice(at + 1, until).join("\n") });
      at = until + 1;
      continue;
    }
    const title = heading.exec(line);
    if (title) {
      blocks.push({ kind: "heading", level: title[1]!.length, of: inlinesOf(title[2] ?? "") });
      at++;
    } else if (rule.test(line)) {
      blocks.push({ kind: "rule" });
      at++;
    } else if (quote.test(line) && depth < deepest) {
      const from = at;
      while (at < lines.length && quote.test(lines[at]!)) at++;
      blocks.push({ kind: "quote", of: blocksOf(lines.slice(from, at).map((quoted) => quoted.replace(quote, "")), depth + 1) });
    } else if (item.test(line) && depth < deepest) {
      const list = listAt(lines, at, depth);
      blocks.push(list.block);
      at = list.next;
    } else if (line.includes("|") && divider.test(lines[at + 1] ?? "") && lines[at + 1]!.includes("-")) {
      const from = at;
      at += 2;
      while (at < lines.length && lines[at]!.includes("|")) at++;
      blocks.push({ kind: "table", head: cellsOf(line), rows: lines.slice(from + 2, at).map(cellsOf) });
    } else {
      const from = at++;
      while (at < lines.length && !interrupts(lines[at]!)) at++;
      blocks.push({ kind: "paragraph", of: inlinesOf(lines.slice(from, at).map((part) => part.trim()).join("\n")) });
    }
  }
  return blocks;
}

const interrupts = (line: string) =>
  line.trim() === "" || [fence, heading, rule, quote].some((pattern) => pattern.test(line)) || (item.test(line) && !/^\s*\d/.test(line));

function listAt(lines: readonly string[], start: number, depth: number): { block: Block; next: number } {
  const first = item.exec(lines[start]!)!;
  const ordered = first[3] !== undefined;
  const items: Block[][] = [];
  let at = start;
  while (at < lines.length) {
    const mark = item.exec(lines[at]!);
    if (!mark || (mark[3] !== undefined) !== ordered || rule.test(lines[at]!)) break;
    const indent = mark[0].length;
    const own = [lines[at]!.slice(indent)];
    at++;
    while (at < lines.length) {
      const line = lines[at]!;
      const blank = line.trim() === "";
      const inside = /^\s*/.exec(line)![0].length >= Math.min(indent, 2);
      if (blank ? !/^\s{2,}\S/.test(lines[at + 1] ?? "") : !inside && (item.test(line) || interrupts(line))) break;
      own.push(blank ? "" : line.slice(Math.min(indent, /^\s*/.exec(line)![0].length)));
      at++;
    }
    items.push(blocksOf(own, depth + 1));
    // A blank line between two items of one list.
    if (lines[at]?.trim() === "" && item.test(lines[at + 1] ?? "")) at++;
  }
  return { block: { kind: "list", start: ordered ? Number(first[3]) : undefined, items }, next: at };
}

const cellsOf = (line: string): Inline[][] =>
  line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => inlinesOf(cell.trim().replaceAll("\\|", "|")));

const token = /\\([!-/:-@[-`{-~])|(`+)([^`]|[^`][\s\S]*?[^`])\2(?!`)|\[([^\]\n]*)\]\(\s*<?([^\s()<>]*)>?\s*\)|(\*\*|__)(?=\S)([\s\S]*?\S)\6|~~(?=\S)([\s\S]*?\S)~~|(?<!\w)([*_])(?=\S)((?:(?!\9)[\s\S])*?[^\s*_])\9(?!\w)/;

function inlinesOf(text: string, depth = 0): Inline[] {
  const found = depth < deepest && text.length <= longest ? token.exec(text) : null;
  if (!found) return text === "" ? [] : [text];
  const [all, escaped, , code, words, address, , strong, struck, , emphasis] = found;
  const of = (inner: string) => inlinesOf(inner, depth + 1);
  let made: Inline;
  if (escaped !== undefined) made = escaped;
  else if (code !== undefined) made = { kind: "code", text: code.trim() };
  else if (address !== undefined) {
    const href = safeAddress(address);
    made = href ? { kind: "link", href, of: of(words!) } : all;
  } else if (strong !== undefined) made = { kind: "strong", of: of(strong) };
  else if (struck !== undefined) made = { kind: "struck", of: of(struck) };
  else made = { kind: "emphasis", of: of(emphasis!) };
  return joined([found.index > 0 ? text.slice(0, found.index) : "", made, ...rest(text.slice(found.index + all.length), depth)]);
}

/** What follows is as deep as what came before. */
function rest(text: string, depth: number): Inline[] {
  return text === "" ? [] : inlinesOf(text, depth);
}

/** Only what opens a page or a letter; a script is no address. */
function safeAddress(address: string): string | undefined {
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(address) ? address : undefined;
}

function joined(parts: readonly Inline[]): Inline[] {
  const result: Inline[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === "string" && typeof last === "string") result[result.length - 1] = last + part;
    else if (part !== "") result.push(part);
  }
  return result;
}
