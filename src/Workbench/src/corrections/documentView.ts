import type { AnnotatedDocument, Project } from "../api/types.ts";
import type { DocumentSession } from "./session.ts";

/** What every view of a document is given, whatever kind of document it shows. */
export interface DocumentViewProps {
  project: Project;
  document: AnnotatedDocument;
  session: DocumentSession;
  /** Where to begin: the mention there is chosen, or the place shown. */
  at?: number | undefined;
  onComplete: () => void;
  onReopen: () => void;
  onSuggest: () => void;
  /** To choose between own changes and somebody else's; undefined when there is nothing to choose. */
  onConflicts?: (() => void) | undefined;
  /** A transcript is seen by its intents or by its entities; undefined for what has no turns. */
  onOtherView?: (() => void) | undefined;
  onNext: () => void;
  onPrevious: () => void;
  /** To the page it was opened from. */
  onBack: () => void;
}
