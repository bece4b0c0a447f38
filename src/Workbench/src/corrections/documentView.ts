import type { AnnotatedDocument, Project } from "../api/types.ts";
import type { DocumentSession } from "./session.ts";

/** What every view of a document is given, whatever kind of document it shows. */
export interface DocumentViewProps {
  project: Project;
  document: AnnotatedDocument;
  session: DocumentSession;
  onComplete: () => void;
  onReopen: () => void;
  onSuggest: () => void;
  onNext: () => void;
  onPrevious: () => void;
}
