import { Fragment, type ReactNode } from "react";
import { parseMarkdown, type Block, type Inline } from "./markdown.ts";

/**
 * A text of the guidelines. It becomes elements of the page, never HTML, so nobody can write a script into it.
 * @param level of its own first headings: a guideline stands below the headings of the page
 */
export const Markdown = (props: { text: string; level?: number }) => (
  <div className="markdown">{parseMarkdown(props.text).map((block, index) => blockOf(block, index, props.level ?? 3))}</div>
);

function blockOf(block: Block, key: number, level: number): ReactNode {
  switch (block.kind) {
    case "heading": {
      const Heading = `h${Math.min(6, level + block.level - 1)}` as "h3";
      return <Heading key={key}>{inlines(block.of)}</Heading>;
    }
    case "paragraph":
      return <p key={key}>{inlines(block.of)}</p>;
    case "code":
      return (
        <pre key={key}>
          <code>{block.text}</code>
        </pre>
      );
    case "quote":
      return <blockquote key={key}>{block.of.map((inner, index) => blockOf(inner, index, level))}</blockquote>;
    case "list": {
      const items = block.items.map((item, index) => <li key={index}>{item.map((inner, at) => itemOf(inner, at, level))}</li>);
      return block.start === undefined ? (
        <ul key={key}>{items}</ul>
      ) : (
        <ol key={key} start={block.start}>
          {items}
        </ol>
      );
    }
    case "table":
      return (
        <table key={key}>
          <thead>
            <tr>
              {block.head.map((cell, index) => (
                <th key={index} scope="col">
                  {inlines(cell)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, at) => (
                  <td key={at}>{inlines(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
    case "rule":
      return <hr key={key} />;
  }
}

/** In a list a line is a line, not a paragraph with air around it. */
const itemOf = (block: Block, key: number, level: number) =>
  block.kind === "paragraph" ? <Fragment key={key}>{inlines(block.of)}</Fragment> : blockOf(block, key, level);

const inlines = (parts: readonly Inline[]): ReactNode => parts.map((part, index) => inlineOf(part, index));

function inlineOf(part: Inline, key: number): ReactNode {
  if (typeof part === "string") return part;
  switch (part.kind) {
    case "strong":
      return <strong key={key}>{inlines(part.of)}</strong>;
    case "emphasis":
      return <em key={key}>{inlines(part.of)}</em>;
    case "struck":
      return <s key={key}>{inlines(part.of)}</s>;
    case "code":
      return <code key={key}>{part.text}</code>;
    case "link":
      return (
        <a key={key} href={part.href} target="_blank" rel="noopener noreferrer">
          {inlines(part.of)}
        </a>
      );
  }
}
