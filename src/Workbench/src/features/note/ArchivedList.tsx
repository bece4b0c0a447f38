import type { ArchivedMention, Mention } from "../../api/types.ts";
import { oneLine } from "./MentionList.tsx";

/** What people had marked with labels that are gone; it can be looked at and not changed. */
export const ArchivedList = (props: { items: readonly ArchivedMention[]; wordsOf: (mention: Mention) => string }) => (
  <section aria-label="Archived mentions" data-testid="archived">
    <h3>Archived</h3>
    <ul className="archived-list">
      {props.items.map(({ mention, reason }) => (
        <li key={mention.id}>
          <s>{oneLine(props.wordsOf(mention))}</s> <span className="muted">{mention.label}</span>{" "}
          <span className="muted">{reason === "removed" ? "label removed" : "one of two over the same words"}</span>
        </li>
      ))}
    </ul>
  </section>
);
