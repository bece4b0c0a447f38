// The shapes the service answers with. Offsets are UTF-16 code units throughout: every request asks for them.

export type MentionState = "suggested" | "accepted" | "added";

export interface Mention {
  id: string;
  start: number;
  end: number;
  text?: string;
  label: string;
  state: MentionState;
  confidence?: number | null;
  model?: ModelName | null;
}

export interface ModelName {
  name: string;
  version: string;
}

export interface IntentScore {
  intent: string;
  confidence: number;
}

export interface IntentSuggestion extends IntentScore {
  alternatives: IntentScore[];
  model?: ModelName | null;
}

export interface Turn {
  index: number;
  speaker: string;
  text: string;
  intent?: string | null;
  state?: string | null;
  suggestion?: IntentSuggestion | null;
}

export type DocumentStatus = "new" | "in_progress" | "done";

export interface DocumentSummary {
  id: string;
  externalId?: string | null;
  kind?: string | null;
  group?: string | null;
  status: DocumentStatus;
  revision: number;
  /** UTF-16 code units of its text. */
  length: number;
  /** Mentions and turns that wait for a decision. */
  openSuggestions: number;
}

export interface AnnotatedDocument {
  id: string;
  projectId: string;
  externalId?: string | null;
  kind?: string | null;
  group?: string | null;
  status: DocumentStatus;
  revision: number;
  text: string;
  mentions: Mention[];
  turns: Turn[];
}

export interface LabelDefinition {
  name: string;
  colour?: string | null;
  key?: string | null;
  description?: string | null;
}

export interface IntentDefinition {
  name: string;
  description?: string | null;
}

export interface Project {
  id: string;
  name: string;
  labels: LabelDefinition[];
  intents: IntentDefinition[];
  documents?: { new: number; inProgress: number; done: number };
}

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export type Action = "accept" | "reject" | "relabel" | "resize" | "add" | "remove" | "restore" | "intent";

/** One change to a document. It carries positions and names only, so a journal of changes holds no clinical text. */
export interface Change {
  action: Action;
  mentionId?: string;
  start?: number;
  end?: number;
  label?: string;
  state?: MentionState;
  turn?: number;
  /** Null takes the decision on the turn back. */
  intent?: string | null;
}

export interface CorrectionRequest {
  revision: number;
  idempotencyKey: string;
  changes: (Change & { text?: string })[];
}

export interface CorrectionAnswer {
  revision: number;
  document: AnnotatedDocument;
}

export interface RevisionChange {
  revision: number;
  by?: string | null;
  at?: string | null;
  changes: Change[];
}

export interface Caller {
  name: string;
  kind: "session" | "key" | "loopback";
}

export type Task = "entities" | "intents";

export type RunState =
  | "queued"
  | "running"
  | "gating"
  | "succeeded"
  | "refused"
  | "failed"
  | "cancelled"
  | "interrupted";

export const openRunStates: readonly RunState[] = ["queued", "running", "gating"];

export interface TrainingProgress {
  phase: string;
  done: number;
  total: number;
  unit: string;
  perSecond: number;
  /** `hh:mm:ss`, with a fraction of a second. */
  timeLeft?: string | null;
  epoch?: number;
  loss?: number | null;
  devScore?: number | null;
}

export interface BeforeAfter {
  before: number;
  after: number;
}

export interface GateLabel extends BeforeAfter {
  label: string;
  support: number;
  /** Null: too few gold items to decide anything. */
  allowed?: number | null;
  lost: boolean;
}

export interface GateCorpus {
  name: string;
  documents: number;
  overall: BeforeAfter;
  labels: GateLabel[];
}

export interface GateDecision {
  passed: boolean;
  reasons: string[];
  overall: BeforeAfter;
  labels: GateLabel[];
  project?: GateCorpus | null;
  own?: GateCorpus | null;
}

export interface TrainingRun {
  id: string;
  projectId: string;
  task: Task;
  state: RunState;
  snapshotId: string;
  minutes: number;
  seed: number;
  autoPromote: boolean;
  created: string;
  createdBy: string;
  started?: string | null;
  ended?: string | null;
  base?: ModelName | null;
  candidate?: ModelName | null;
  progress?: TrainingProgress | null;
  errorCode?: string | null;
  errorReason?: string | null;
}

export interface CardScore {
  corpus: string;
  split: string;
  measure: string;
  overall: number;
  labels?: Record<string, number> | null;
}

export interface ModelVersion {
  name: string;
  version: string;
  task: Task;
  origin: "shipped" | "retrained";
  state: "shipped" | "candidate" | "promoted" | "retired" | "refused";
  inUse: boolean;
  fingerprint: string;
  parent?: ModelName | null;
  snapshotId?: string | null;
  runId?: string | null;
  scores: CardScore[];
  gate?: GateDecision | null;
  created: string;
  createdBy: string;
}

export interface SideCounts {
  documents: number;
  groups: number;
}

export interface Snapshot {
  id: string;
  task: Task;
  hash: string;
  labels: string[];
  train: SideCounts;
  heldOut: SideCounts;
  created: string;
}
