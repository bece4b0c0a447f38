// The shapes the service answers with, taken from its OpenAPI document (npm run api). Offsets are UTF-16 code units
// throughout: every request asks for them.

import type { components } from "./schema.d.ts";

type Schemas = components["schemas"];

/** The service leaves out what is null, so a nullable field may be missing. */
type Sent<T> = T extends readonly (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [K in keyof T as null extends T[K] ? never : K]: Sent<T[K]> } & {
        [K in keyof T as null extends T[K] ? K : never]?: Sent<NonNullable<T[K]>> | null;
      }
    : T;

export type MentionState = Schemas["MentionState"];
export type ModelName = Sent<Schemas["ModelVersionName"]>;
export type Mention = Omit<Sent<Schemas["MentionAnswer"]>, "text">;
/** Between two decided mentions, by their ids. */
export type Relation = Sent<Schemas["DocumentRelation"]>;
export type IntentScore = Sent<Schemas["IntentScore"]>;
export type Turn = Omit<Sent<Schemas["TurnAnswer"]>, "start" | "end">;
export type DocumentStatus = Schemas["DocumentStatus"];

export type DocumentSummary = Pick<
  Sent<Schemas["DocumentSummary"]>,
  "id" | "externalId" | "kind" | "group" | "status" | "revision" | "length" | "openSuggestions" | "unreadComments" | "withdrawn"
>;

export type DocumentCount = Sent<Schemas["DocumentCount"]>;

/** Which of a project's documents; what is undefined is not asked. */
export interface DocumentQuery {
  status?: DocumentStatus | undefined;
  kind?: string | undefined;
  /** In the external id, the id or the group. */
  text?: string | undefined;
}

export interface AnnotatedDocument
  extends Pick<
    Sent<Schemas["DocumentAnswer"]>,
    "id" | "projectId" | "externalId" | "kind" | "group" | "status" | "revision" | "text" | "withdrawn" | "setAside" | "reader"
  > {
  mentions: Mention[];
  relations: Relation[];
  turns: Turn[];
}

export type LabelDefinition = Sent<Schemas["LabelDefinition"]>;
export type IntentDefinition = Sent<Schemas["IntentDefinition"]>;
export type RelationDefinition = Sent<Schemas["RelationDefinition"]>;
export type AttributeDefinition = Sent<Schemas["AttributeDefinition"]>;
export type Project = Pick<Sent<Schemas["Project"]>, "schemaVersion" | "id" | "name" | "labels" | "intents" | "relations" | "attributes">;

/** With how far it is. */
export type ListedProject = Project & Pick<Sent<Schemas["Project"]>, "documents" | "created" | "createdBy">;

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export type Action = Schemas["CorrectionAction"];

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
  /** The pieces of a discontinuous mention. */
  fragments?: Mention["fragments"];
  /** Without any flag it is taken away; the same of attributes and concepts that are empty. */
  assertion?: Sent<Schemas["AssertionRequest"]>;
  attributes?: Record<string, string>;
  concepts?: string[];
  /** The ends of a relation, and its type: by these it is taken away again, so its id need not be known here. */
  from?: string;
  to?: string;
  type?: string;
  /** Never sent: the relations that the service will bring back with a restored mention, to show them before it answers. */
  brings?: Relation[];
}

export interface CorrectionRequest {
  revision: number;
  idempotencyKey: string;
  changes: (Change & { text?: string })[];
}

export interface CorrectionAnswer {
  revision: number;
  /** In place of what changed, where the request had been answered before. */
  document?: AnnotatedDocument | null;
  changed?: DocumentDifference | null;
}

/** What a save left otherwise than it was; a long document is not sent again with every save. */
export interface DocumentDifference {
  status: DocumentStatus;
  mentions: Mention[];
  mentionsGone: string[];
  relations: Relation[];
  relationsGone: string[];
  turns: Turn[];
}

/** What somebody did in one go: `changesSince` of a refusal, and the history. */
export type RevisionChange = Pick<Sent<Schemas["BatchAnswer"]>, "revision" | "by" | "at" | "schemaVersion"> & {
  changes: Pick<
    Sent<Schemas["ChangeAnswer"]>,
    "action" | "mentionId" | "start" | "end" | "label" | "fromLabel" | "turn" | "intent" | "details" | "relation"
  >[];
};

export type Caller = Sent<Schemas["MeAnswer"]>;
export type NewProject = Schemas["NewProject"];
export type StartingSchema = Sent<Schemas["StartingSchema"]>;
export type PreannotationJob = Sent<Schemas["PreannotationJob"]>;
export type PreannotationScope = Schemas["PreannotationScope"];
export type PreannotationAhead = Sent<Schemas["PreannotationAhead"]>;
export type SignInWays = Sent<Schemas["SignInWays"]>;
export type ProjectRole = Exclude<NonNullable<Schemas["ProjectRole"]>, "administrator">;
export type ProjectMembership = { projectId: string; role: ProjectRole };
export type Account = Omit<Sent<Schemas["Account"]>, "roles"> & { roles: ProjectMembership[] };
export type Invitation = Omit<Sent<Schemas["InvitationAnswer"]>, "account"> & { account: Account };
export type Member = Omit<Sent<Schemas["Member"]>, "role"> & { role: ProjectRole };
export type KeyScope = Schemas["KeyScope"];
export type ApiKey = Sent<Schemas["ApiKey"]>;
export type NewKey = Sent<Schemas["NewKeyAnswer"]>;
export type Webhook = Sent<Schemas["WebhookAnswer"]>;
export type RotatedSecret = Sent<Schemas["RotatedSecretAnswer"]>;
export type NewWebhook = Sent<Schemas["NewWebhookAnswer"]>;
export type WebhookDelivery = Sent<Schemas["WebhookDelivery"]>;
export type OpenSession = Sent<Schemas["SessionAnswer"]>;
export type AuditEntry = Sent<Schemas["AuditEntry"]>;
export type AuditVerification = Sent<Schemas["AuditVerificationAnswer"]>;
export type Task = Schemas["ModelTask"];
export type RunState = Schemas["RunState"];
export type TrainingProgress = Sent<Schemas["ProgressAnswer"]>;
export type BeforeAfter = Schemas["BeforeAfter"];
export type GateLabel = Sent<Schemas["GateLabel"]>;
export type GateCorpus = Sent<Schemas["GateCorpus"]>;
export type GateDecision = Sent<Schemas["GateDecision"]>;
export type TrainingRun = Sent<Schemas["TrainingRunAnswer"]>;
export type ModelVersion = Sent<Schemas["ModelVersionAnswer"]>;
export type ModelProblem = Sent<Schemas["ModelProblem"]>;
export type Snapshot = Sent<Schemas["Snapshot"]>;

export type Estimate = Sent<Schemas["Estimate"]>;
export type GoldQuestion = Sent<Schemas["GoldQuestion"]>;
export type Assignment = Sent<Schemas["Assignment"]>;
export type AssignmentSettings = Sent<Schemas["AssignmentSettings"]>;
export type PersonProgress = Sent<Schemas["PersonProgress"]>;
export type QueueOrder = Schemas["QueueOrder"];
export type WaitingCase = Sent<Schemas["WaitingCase"]>;
export type WaitingCases = Sent<Schemas["WaitingAnswer"]>;
export type AdoptedCases = Sent<Schemas["AdoptedCases"]>;
export type AdjudicationCase = Sent<Schemas["CaseAnswer"]>;
export type AgreementOfProject = Sent<Schemas["AgreementOfProject"]>;
export type AnnotatorQuality = Sent<Schemas["AnnotatorQuality"]>;

/** What was decided; `turns` carry an annotator's intent or the decider's own. */
export interface AdjudicationRequest {
  revision: number;
  basis: string;
  idempotencyKey: string;
  groups: { group: number; take: string[]; spans?: { start: number; end: number; label: string }[] }[];
  details: { detail: number; take?: string }[];
  relations: { relation: number; keep: boolean }[];
  turns: { turn: number; take?: string; intent?: string }[];
}

export type Comment = Sent<Schemas["CommentAnswer"]>;
/** On the document, at a mention, or an answer to a thread. */
export type NewComment = { text: string; mentionId?: string; threadId?: string; start?: number; end?: number; idempotencyKey?: string };
export type Comments = Sent<Schemas["CommentsAnswer"]>;

export type FoundConcepts = Sent<Schemas["ConceptsAnswer"]>;
export type FoundConcept = FoundConcepts["items"][number];

export type LabelErrors = Sent<Schemas["LabelErrorsAnswer"]>;
export type LabelError = LabelErrors["items"][number];

export type Insights = Sent<Schemas["ProjectInsights"]>;
export type TaskInsights = Insights["tasks"][number];
export type AcceptanceOf = TaskInsights["acceptance"]["all"];
export type VersionScores = TaskInsights["scores"][number];
export type LearningPoint = TaskInsights["learningCurve"][number];
export type GroupCoverage = TaskInsights["groups"][number];
export type GroupValue = GroupCoverage["values"][number];
export type WorkTime = Insights["time"];
export type PersonWork = Insights["people"][number];

export type InboxUtterance = Sent<Schemas["InboxUtteranceAnswer"]>;
export type NearbyTurn = Sent<Schemas["NearbyTurn"]>;
export type Inbox = Sent<Schemas["InboxAnswer"]>;
export type ReadyTranscript = Sent<Schemas["ReadyTranscript"]>;
export type SetAside = Sent<Schemas["SetAside"]>;
export type IntentProposal = Sent<Schemas["ProposalAnswer"]>;
export type Confusion = Sent<Schemas["ConfusionAnswer"]>;
export type ConfusionCell = Sent<Schemas["ConfusionCellAnswer"]>;
export type DecisionsAnswer = Sent<Schemas["DecisionsAnswer"]>;
export type DocumentDecision = Sent<Schemas["DocumentDecision"]>;
export type IntentOverview = Sent<Schemas["IntentOverview"]>;
export type IntentUsage = Sent<Schemas["IntentUsage"]>;
export type IntentChangeEffect = Sent<Schemas["IntentChangeEffect"]>;

export interface DecisionsRequest {
  idempotencyKey: string;
  decisions: { documentId: string; revision: number; turn: number; intent: string | null }[];
}

export interface IntentChangeRequest {
  kind: Schemas["IntentChangeKind"];
  from?: string[];
  to?: string;
  description?: string;
  utterances?: { documentId: string; turn: number }[];
  /** Of the preview that was seen. */
  stamp?: string;
}

/** What the service always sends, though its description does not say so. */
type Always<T, K extends keyof T> = Omit<T, K> & Required<Pick<T, K>>;
export type SchemaOverview = Always<Sent<Schemas["SchemaOverview"]>, "relations" | "attributes" | "formerParts">;
export type SchemaPart = Exclude<Schemas["SchemaPart"], "intent">;
export type RelationUsage = Sent<Schemas["RelationUsage"]>;
export type AttributeUsage = Sent<Schemas["AttributeUsage"]>;
export type FormerPart = Sent<Schemas["FormerPart"]>;
export interface PartDefinition {
  from?: string[];
  to?: string[];
  labels?: string[];
  values?: string[];
  description?: string;
}
export type LabelUsage = Sent<Schemas["LabelUsage"]>;
export type FormerLabel = Sent<Schemas["FormerLabel"]>;
export type SchemaChangeEffect = Always<Sent<Schemas["SchemaChangeEffect"]>, "withdrawnDocuments" | "details" | "notRestored">;
export type SchemaJob = Sent<Schemas["SchemaJob"]>;
export type SchemaVersion = Always<Sent<Schemas["SchemaVersion"]>, "part" | "mayBeTakenBack">;
export type Guideline = Sent<Schemas["Guideline"]>;
export type ArchivedMention = { mention: Mention; reason: Schemas["ArchiveReason"]; version: number };

export interface SchemaChangeRequest {
  kind: Exclude<Schemas["SchemaChangeKind"], "guideline" | "split">;
  part?: SchemaPart;
  /** Whose values change. */
  attribute?: string;
  definition?: PartDefinition;
  /** The version that is taken back. */
  undoes?: number;
  from?: string[];
  to?: string;
  look?: { colour?: string; key?: string; description?: string; examples?: string[] };
  /** Of the schema that was seen; a preview needs none. */
  version?: number;
}

export type LineageAnswer = Sent<Schemas["AnswerEntry"]>;
export type LineageVersion = Sent<Schemas["VersionEntry"]>;
export type AnswerLineage = Sent<Schemas["AnswerLineage"]>;
export type VersionLineage = Sent<Schemas["VersionLineageAnswer"]>;
export type LineageExample = Sent<Schemas["ExampleLineage"]>;
export type LineageCorrection = Sent<Schemas["CorrectionLineage"]>;
export type DocumentReach = Sent<Schemas["DocumentReach"]>;
export type PersonReach = Sent<Schemas["PersonReach"]>;
export type PersonDocument = Sent<Schemas["PersonDocument"]>;
export type Withdrawal = Sent<Schemas["Withdrawal"]>;
export type WithdrawalReason = Schemas["WithdrawalReason"];

export type Loss = Sent<Schemas["LossAnswer"]>;
export type ImportCheck = Sent<Schemas["ImportCheck"]>;
export type FileImport = Sent<Schemas["FileImportAnswer"]>;
export type ExportReport = Sent<Schemas["ExportReport"]>;

/** How a file is read. */
export interface ImportForm {
  format: string;
  /** Of the document, in formats without ids. */
  name: string | undefined;
  externalIds: boolean;
}

/** Which documents go out, and how. */
export interface ExportForm {
  format: string;
  status: DocumentStatus | "all";
  kind: string | undefined;
  /** In their ids or groups. */
  text: string | undefined;
  /** None but these. */
  documents?: string[] | undefined;
}
