import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Markdown } from "@/ui/Markdown.tsx";
import { parseMarkdown } from "@/ui/markdown.ts";

afterEach(cleanup);

const html = (text: string) => render(<Markdown text={text} />).container.querySelector(".markdown")!.innerHTML;

test.each([
  ["a word", "<p>a word</p>"],
  ["# Title\nand text", "<h3>Title</h3><p>and text</p>"],
  ["## Two ##", "<h4>Two</h4>"],
  ["**strong** and *soft* and ~~gone~~ and `co*d*e`", "<p><strong>strong</strong> and <em>soft</em> and <s>gone</s> and <code>co*d*e</code></p>"],
  ["**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"],
  ["snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"],
  ["\\*not soft\\*", "<p>*not soft*</p>"],
  ["- one\n- two\n  - inner\n- three", "<ul><li>one</li><li>two<ul><li>inner</li></ul></li><li>three</li></ul>"],
  ["3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'],
  ["- one\n\n- two", "<ul><li>one</li><li>two</li></ul>"],
  ["> said\n> so", "<blockquote><p>said\nso</p></blockquote>"],
  ["```\n<b> **x**\n```", "<pre><code>&lt;b&gt; **x**</code></pre>"],
  ["---", "<hr>"],
  ["| a | b |\n|---|:-:|\n| 1 | `x\\|y` |", '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>1</td><td><code>x|y</code></td></tr></tbody></table>'],
  ["[page](https://example.org/a)", '<p><a href="https://example.org/a" target="_blank" rel="noopener noreferrer">page</a></p>'],
  ["one\r\ntwo\r\n\r\nthree", "<p>one\ntwo</p><p>three</p>"],
])("%j", (text, expected) => {
  expect(html(text)).toBe(expected);
});

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](data:text/html,<script>1</script>)",
  "[x](//example.org)",
  '[x](https://a" onclick="alert(1))',
  "# <iframe src=//a></iframe>",
  "| <b onmouseover=a> |\n|---|\n| <i> |",
])("nothing of %j takes effect", (text) => {
  const { container } = render(<Markdown text={text} />);
  expect(container.querySelectorAll("script, img, iframe, b, i, a:not([href^='https://']), [onclick], [onerror], [onmouseover]")).toHaveLength(0);
});

test("no text makes it fail, stand still or lose a word", () => {
  const pieces = ["*", "**", "_", "`", "```\n", "# ", "- ", "1. ", "> ", "|", "|---|\n", "[", "](", ")", "https://a", "~~", "\\", "\n", "\n\n", "  ", "<b>", "💊"];
  let state = 7;
  const next = () => (state = (state * 48271) % 2147483647);
  for (let round = 0; round < 400; round++) {
    let text = "";
    for (let i = 0; i < 40; i++) text += next() % 3 === 0 ? `w${round}` : pieces[next() % pieces.length];
    const words = text.match(/w\d+/g) ?? [];
    const shown = JSON.stringify(parseMarkdown(text)).match(/w\d+/g) ?? [];
    // Only a fence's own line says nothing; whatever is written elsewhere is shown.
    if (!/```|~~~/.test(text)) expect(shown.length, text).toBe(words.length);
  }
  expect(parseMarkdown("> ".repeat(5000) + "x").length).toBe(1);
  expect(parseMarkdown("*a ".repeat(30_000)).length).toBe(1);
});
