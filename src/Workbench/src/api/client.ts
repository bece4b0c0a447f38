import { problemFrom, unreachable } from "./problem.ts";
import { upload, type Sent } from "./upload.ts";
import type {
  Account,
  AdjudicationCase,
  AdoptedCases,
  AdjudicationRequest,
  AgreementOfProject,
  AnnotatedDocument,
  AnnotatorQuality,
  ArchivedMention,
  ApiKey,
  Assignment,
  AssignmentSettings,
  AuditEntry,
  AuditVerification,
  Caller,
  Comment,
  Comments,
  CorrectionAnswer,
  CorrectionRequest,
  Confusion,
  DecisionsAnswer,
  DecisionsRequest,
  AnswerLineage,
  DocumentReach,
  DocumentCount,
  DocumentQuery,
  DocumentSummary,
  GoldQuestion,
  ExportForm,
  ExportReport,
  FileImport,
  FoundConcepts,
  Guideline,
  ImportCheck,
  ImportForm,
  Inbox,
  InboxUtterance,
  IntentChangeEffect,
  IntentChangeRequest,
  IntentOverview,
  IntentProposal,
  Invitation,
  KeyScope,
  LineageAnswer,
  LineageCorrection,
  LineageExample,
  ListedProject,
  Member,
  Insights,
  LabelError,
  LabelErrors,
  ModelProblem,
  ModelVersion,
  NewComment,
  NewKey,
  NewProject,
  NewWebhook,
  RotatedSecret,
  OpenSession,
  Page,
  PersonDocument,
  PersonProgress,
  PersonReach,
  PreannotationAhead,
  PreannotationJob,
  PreannotationScope,
  Project,
  ProjectMembership,
  ProjectRole,
  QueueOrder,
  SchemaChangeEffect,
  SchemaChangeRequest,
  SchemaJob,
  SchemaOverview,
  SchemaVersion,
  Snapshot,
  Task,
  ReadyTranscript,
  SetAside,
  SignInWays,
  StartingSchema,
  TrainingRun,
  VersionLineage,
  WaitingCases,
  WithdrawalReason,
  Webhook,
  WebhookDelivery,
} from "./types.ts";

const unit = "utf16CodeUnit";

/** A request that hangs longer than this counts as unanswered and is sent again by whoever can repeat it. */
const patienceMs = 30_000;

/**
 * Sends a request and reads its answer; a refusal is thrown as its problem.
 * @param outlives The request is finished also when the page is left meanwhile: for small decisions that nothing else keeps.
 */
async function send<T>(
  read: (response: Response) => Promise<T>,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  outlives = false,
  patience = patienceMs,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      keepalive: outlives,
      signal: AbortSignal.timeout(patience),
    });
  } catch {
    throw unreachable();
  }
  if (!response.ok) throw await problemFrom(response);
  try {
    return await read(response);
  } catch {
    // A cut-off answer says nothing about whether the request took effect.
    throw unreachable();
  }
}

/** The answer's JSON; nothing where there is no content. */
const call = <T>(...request: RequestParts): Promise<T> =>
  send(async (response) => (response.status === 204 ? undefined : await response.json()) as T, ...request);

type RequestParts = Parameters<typeof send> extends [unknown, ...infer Rest] ? Rest : never;

/** For what reads a whole project. */
const longPatienceMs = 600_000;

/** Follows `next` to the end of a list. */
async function all<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let after: string | null | undefined;
  do {
    const separator = path.includes("?") ? "&" : "?";
    const page: Page<T> = await call(
      "GET",
      `${path}${separator}limit=200${after ? `&after=${encodeURIComponent(after)}` : ""}`,
    );
    items.push(...page.items);
    after = page.next;
  } while (after);
  return items;
}

const at = (strings: TemplateStringsArray, ...ids: (string | number)[]) =>
  String.raw({ raw: strings }, ...ids.map((id) => encodeURIComponent(String(id))));

/** What is undefined is left out. */
function queryOf(query: Record<string, string | number | boolean | undefined>): string {
  const parts = Object.entries(query).filter(([, value]) => value !== undefined);
  return parts.length === 0 ? "" : `?${new URLSearchParams(parts.map(([name, value]) => [name, String(value)])).toString()}`;
}

export const api = {
  /** What would come of a file. Nothing is stored. */
  checkImport: (projectId: string, file: File, form: ImportForm, signal: AbortSignal, onSent: (sent: Sent) => void) =>
    upload<ImportCheck>(at`/v1/projects/${projectId}/import/check` + queryOf({ ...form }), file, signal, onSent),
  importFile: (projectId: string, file: File, form: ImportForm, signal: AbortSignal, onSent: (sent: Sent) => void) =>
    upload<FileImport>(at`/v1/projects/${projectId}/import` + queryOf({ ...form }), file, signal, onSent),
  reportExport: (projectId: string, form: ExportForm) =>
    call<ExportReport>("POST", at`/v1/projects/${projectId}/export/report`, form, {}, false, longPatienceMs),
  /** The browser fetches it by itself: a file may be longer than a page can hold. */
  exportHref: (projectId: string, { documents: _, ...form }: ExportForm) => at`/v1/projects/${projectId}/export` + queryOf(form),
  /** Of documents that are named, which an address has no room for. */
  exportFile: (projectId: string, form: ExportForm) =>
    send((response) => response.blob(), "POST", at`/v1/projects/${projectId}/export`, form, {}, false, longPatienceMs),

  me: () => call<Caller>("GET", "/v1/me"),
  signIn: (token: string) => call<void>("POST", "/v1/sign-in", { token }),
  signInWays: () => call<SignInWays>("GET", "/v1/sign-in"),
  signInByPassword: (name: string, password: string) => call<void>("POST", "/v1/sign-in", { name, password }),
  acceptInvitation: (token: string, password: string) => call<void>("POST", "/v1/accept-invitation", { token, password }),
  signOut: () => call<void>("POST", "/v1/sign-out", {}),

  projects: () => all<ListedProject>("/v1/projects"),
  startingSchema: () => call<StartingSchema>("GET", "/v1/starting-schema"),
  createProject: (request: NewProject) => call<Project>("POST", "/v1/projects", request),
  renameProject: (id: string, name: string) => call<Project>("PUT", at`/v1/projects/${id}`, { name }),
  project: (id: string) => call<Project>("GET", at`/v1/projects/${id}`),
  /** A part of the list: what comes after a document of it, or of the newest first what is older. */
  documents: (projectId: string, query: DocumentQuery, part: { after?: string | undefined; descending?: boolean; withdrawn?: boolean; limit: number }) =>
    call<Page<DocumentSummary>>("GET", at`/v1/projects/${projectId}/documents` + queryOf({ ...query, ...part })),
  documentCounts: async (projectId: string, query: DocumentQuery = {}) =>
    (await call<{ items: DocumentCount[] }>("GET", at`/v1/projects/${projectId}/documents/counts` + queryOf({ ...query }))).items,
  withdrawnDocuments: (projectId: string) => all<DocumentSummary>(at`/v1/projects/${projectId}/documents` + "?withdrawn=true"),
  document: (id: string) => call<AnnotatedDocument>("GET", at`/v1/documents/${id}` + `?offsetUnit=${unit}`),
  /** Of a transcript the intents of its turns, or the entities in them; of a note its entities. */
  suggest: (id: string, entities = false) =>
    call<AnnotatedDocument>("POST", at`/v1/documents/${id}/suggestions` + `?offsetUnit=${unit}`, entities ? { entities } : {}),
  preannotationAhead: (projectId: string) => call<PreannotationAhead>("GET", at`/v1/projects/${projectId}/preannotations/ahead`),
  preannotations: (projectId: string) => call<Page<PreannotationJob>>("GET", at`/v1/projects/${projectId}/preannotations` + queryOf({ limit: 5 })),
  preannotation: (projectId: string, id: string) => call<PreannotationJob>("GET", at`/v1/projects/${projectId}/preannotations/${id}`),
  preannotate: (projectId: string, scope: PreannotationScope) =>
    call<PreannotationJob>("POST", at`/v1/projects/${projectId}/preannotations`, { scope }),
  cancelPreannotation: (projectId: string, id: string) =>
    call<PreannotationJob>("POST", at`/v1/projects/${projectId}/preannotations/${id}/cancel`),
  correct: (id: string, request: CorrectionRequest) =>
    call<CorrectionAnswer>("POST", at`/v1/documents/${id}/corrections`, { ...request, offsetUnit: unit }, { prefer: "return=minimal" }),
  complete: (id: string, revision: number, undecided?: "accept" | "reject") =>
    call<{ revision: number }>("POST", at`/v1/documents/${id}/complete`, undecided ? { revision, undecided } : { revision }),
  reopen: (id: string, revision: number) => call<{ revision: number }>("POST", at`/v1/documents/${id}/reopen`, { revision }),

  findConcepts: (query: string, label: string | undefined, limit: number) =>
    call<FoundConcepts>("GET", "/v1/concepts" + queryOf({ query, label, limit })),
  /** What concepts that mentions have are called. */
  namedConcepts: (concepts: readonly string[]) =>
    call<FoundConcepts>("GET", `/v1/concepts?${new URLSearchParams(concepts.map((concept) => ["concept", concept])).toString()}`),
  labelErrors: (projectId: string, query: Record<string, string | number | boolean | undefined>) =>
    call<LabelErrors>("GET", at`/v1/projects/${projectId}/label-errors` + queryOf(query)),
  /** Without a decision the one that was made is taken back. */
  decideLabelError: (projectId: string, id: string, decision: "error" | "right" | undefined) =>
    call<LabelError>("POST", at`/v1/projects/${projectId}/label-errors/${id}/decision`, { decision: decision ?? null }, {}, true),
  searchLabelErrors: (projectId: string, task: Task) =>
    call<TrainingRun>("POST", at`/v1/projects/${projectId}/label-errors/searches`, { task }),
  insights: (projectId: string) => call<Insights>("GET", at`/v1/projects/${projectId}/insights`),
  inbox: (projectId: string, query: Record<string, string | number | boolean | undefined>) =>
    call<Inbox>("GET", at`/v1/projects/${projectId}/inbox` + queryOf(query)),
  similar: async (projectId: string, documentId: string, turn: number) =>
    (await call<{ items: InboxUtterance[] }>("GET", at`/v1/projects/${projectId}/inbox/similar` + queryOf({ documentId, turn }))).items,
  proposals: async (projectId: string, intent?: string) =>
    (await call<{ items: IntentProposal[] }>("GET", at`/v1/projects/${projectId}/inbox/proposals` + queryOf({ intent }))).items,
  confusion: (projectId: string, of: "suggestions" | "held_out") =>
    call<Confusion>("GET", at`/v1/projects/${projectId}/inbox/confusion` + queryOf({ of })),
  decide: (projectId: string, request: DecisionsRequest) =>
    call<DecisionsAnswer>("POST", at`/v1/projects/${projectId}/inbox/decisions`, request),
  readyTranscripts: (projectId: string) => all<ReadyTranscript>(at`/v1/projects/${projectId}/inbox/ready`),
  setAsideTranscripts: (projectId: string) => all<SetAside>(at`/v1/projects/${projectId}/inbox/set-aside`),
  setAside: (id: string, reason: string) => call<SetAside>("PUT", at`/v1/documents/${id}/set-aside`, { reason }),
  takeBack: (id: string) => call<void>("DELETE", at`/v1/documents/${id}/set-aside`),
  intents: (projectId: string) => call<IntentOverview>("GET", at`/v1/projects/${projectId}/intents`),
  previewIntents: (projectId: string, change: IntentChangeRequest) =>
    call<IntentChangeEffect>("POST", at`/v1/projects/${projectId}/intents/changes/preview`, change),
  changeIntents: (projectId: string, change: IntentChangeRequest) =>
    call<IntentChangeEffect>("POST", at`/v1/projects/${projectId}/intents/changes`, change),

  schema: (projectId: string) => call<SchemaOverview>("GET", at`/v1/projects/${projectId}/schema`),
  previewSchema: (projectId: string, change: SchemaChangeRequest) =>
    call<SchemaChangeEffect>("POST", at`/v1/projects/${projectId}/schema/changes/preview`, change),
  changeSchema: (projectId: string, change: SchemaChangeRequest) =>
    call<SchemaChangeEffect | SchemaJob>("POST", at`/v1/projects/${projectId}/schema/changes`, change),
  schemaJob: (projectId: string, jobId: string) => call<SchemaJob>("GET", at`/v1/projects/${projectId}/schema/jobs/${jobId}`),
  schemaJobs: (projectId: string) => call<Page<SchemaJob>>("GET", at`/v1/projects/${projectId}/schema/jobs` + queryOf({ limit: 5 })),
  cancelSchemaJob: (projectId: string, jobId: string) =>
    call<SchemaJob>("POST", at`/v1/projects/${projectId}/schema/jobs/${jobId}/cancel`),
  /** The newest first. */
  schemaVersions: (projectId: string, after?: string) =>
    call<Page<SchemaVersion>>("GET", at`/v1/projects/${projectId}/schema/history` + queryOf({ limit: 50, after })),
  guidelines: async (projectId: string) =>
    (await call<{ items: Guideline[] }>("GET", at`/v1/projects/${projectId}/guidelines`)).items,
  guidelineVersions: async (projectId: string, label: string) =>
    (await call<Page<Guideline>>("GET", at`/v1/projects/${projectId}/guidelines/history` + queryOf({ label: label || undefined }))).items,
  writeGuideline: (projectId: string, label: string, text: string, version: number) =>
    call<Guideline>("PUT", at`/v1/projects/${projectId}/guidelines`, { text, version, ...(label ? { label } : {}) }),
  comments: (id: string) => call<Comments>("GET", at`/v1/documents/${id}/comments` + queryOf({ offsetUnit: unit })),
  readComments: (id: string, comment: string) => call<void>("PUT", at`/v1/documents/${id}/comments/read`, { comment }),
  addComment: (id: string, comment: NewComment) => call<Comment>("POST", at`/v1/documents/${id}/comments`, { ...comment, offsetUnit: unit }),
  resolveComment: (id: string, thread: string, resolved: boolean) =>
    call<Comment>("PUT", at`/v1/documents/${id}/comments/${thread}/state`, { resolved }),
  archived: async (id: string) =>
    (await call<{ items: ArchivedMention[] }>("GET", at`/v1/documents/${id}/archived` + queryOf({ offsetUnit: unit }))).items,
  answerLineage: (id: string) => call<AnswerLineage>("GET", at`/v1/lineage/answers/${id}`),
  versionLineage: (name: string, version: string) => call<VersionLineage>("GET", at`/v1/lineage/versions/${name}/${version}`),
  versionAnswers: (name: string, version: string, after: string | undefined, limit: number) =>
    call<Page<LineageAnswer>>("GET", at`/v1/lineage/versions/${name}/${version}/answers` + queryOf({ limit, after })),
  lineageExamples: (snapshotId: string, side: "train" | "held_out", after: string | undefined, limit: number) =>
    call<Page<LineageExample>>("GET", at`/v1/lineage/snapshots/${snapshotId}/examples` + queryOf({ side, limit, after })),
  lineageCorrections: (documentId: string, revision: number, after: string | undefined, limit: number) =>
    call<Page<LineageCorrection>>("GET", at`/v1/lineage/documents/${documentId}/corrections` + queryOf({ revision, limit, after })),
  documentReach: (id: string) => call<DocumentReach>("GET", at`/v1/lineage/documents/${id}`),
  touchedAnswers: (id: string, after: string | undefined, limit: number) =>
    call<Page<LineageAnswer>>("GET", at`/v1/lineage/documents/${id}/answers` + queryOf({ limit, after })),
  personReach: (name: string) => call<PersonReach>("GET", at`/v1/lineage/people/${name}`),
  personDocuments: (name: string, after: string | undefined, limit: number) =>
    call<Page<PersonDocument>>("GET", at`/v1/lineage/people/${name}/documents` + queryOf({ limit, after })),
  withdraw: (id: string, reason: WithdrawalReason) => call<unknown>("POST", at`/v1/documents/${id}/withdraw`, { reason }),
  restore: (id: string) => call<unknown>("POST", at`/v1/documents/${id}/restore`),
  allowErasedId: (projectId: string, externalId: string) =>
    call<void>("POST", at`/v1/projects/${projectId}/erased-ids/allow`, { externalId }),
  erase: (id: string) => call<unknown>("POST", at`/v1/documents/${id}/erase`),

  models: () => call<{ items: ModelVersion[]; problems: ModelProblem[] }>("GET", "/v1/models"),
  promote: (name: string, version: string | number, force = false) =>
    call<unknown>("POST", at`/v1/models/${name}/${version}/promote`, { force }),
  rollBack: (name: string) => call<unknown>("POST", at`/v1/models/${name}/rollback`, {}),
  /** The newest ones. */
  runs: async (projectId: string) =>
    (await call<Page<TrainingRun>>("GET", `/v1/training-runs?limit=50&projectId=${encodeURIComponent(projectId)}`)).items,
  run: (id: string) => call<TrainingRun>("GET", at`/v1/training-runs/${id}`),
  snapshot: (id: string) => call<Snapshot>("GET", at`/v1/snapshots/${id}`),
  takeSnapshot: (projectId: string, task: Task) =>
    call<Snapshot>("POST", at`/v1/projects/${projectId}/snapshots`, { task }),
  train: (projectId: string, request: { task: Task; snapshotId?: string; minutes?: number; autoPromote?: boolean }) =>
    call<TrainingRun>("POST", at`/v1/projects/${projectId}/training-runs`, request),
  cancel: (id: string) => call<unknown>("POST", at`/v1/training-runs/${id}/cancel`, {}),

  changePassword: (password: string, current?: string) =>
    call<void>("PUT", "/v1/me/password", current ? { password, current } : { password }),
  ownSessions: async () => (await call<Page<OpenSession>>("GET", "/v1/me/sessions")).items,
  endOwnSession: (id: string) => call<void>("DELETE", at`/v1/me/sessions/${id}`),
  sessions: async () => (await call<Page<OpenSession>>("GET", "/v1/sessions")).items,
  endSession: (id: string) => call<void>("DELETE", at`/v1/sessions/${id}`),
  accounts: async () => (await call<Page<Account>>("GET", "/v1/accounts")).items,
  invite: (request: { name: string; administrator: boolean; roles: ProjectMembership[] }) =>
    call<Invitation>("POST", "/v1/accounts", request),
  inviteAgain: (id: string) => call<Invitation>("POST", at`/v1/accounts/${id}/invitation`, {}),
  changeAccount: (id: string, change: { administrator: boolean; disabled: boolean }) =>
    call<Account>("PUT", at`/v1/accounts/${id}`, change),
  members: async (projectId: string) => (await call<Page<Member>>("GET", at`/v1/projects/${projectId}/members`)).items,
  grant: (projectId: string, name: string, role: ProjectRole) =>
    call<void>("PUT", at`/v1/projects/${projectId}/members/${name}`, { role }),
  removeMember: (projectId: string, name: string) => call<void>("DELETE", at`/v1/projects/${projectId}/members/${name}`),
  keys: async () => (await call<Page<ApiKey>>("GET", "/v1/keys")).items,
  webhooks: async (projectId: string) => (await call<Page<Webhook>>("GET", at`/v1/projects/${projectId}/webhooks`)).items,
  createWebhook: (projectId: string, request: { url: string; events: string[] }) =>
    call<NewWebhook>("POST", at`/v1/projects/${projectId}/webhooks`, request),
  deleteWebhook: (projectId: string, id: string) => call<void>("DELETE", at`/v1/projects/${projectId}/webhooks/${id}`),
  changeWebhook: (projectId: string, id: string, change: { url?: string; events?: string[]; paused?: boolean }) =>
    call<Webhook>("PUT", at`/v1/projects/${projectId}/webhooks/${id}`, change),
  rotateWebhookSecret: (projectId: string, id: string, oldValidHours: number) =>
    call<RotatedSecret>("POST", at`/v1/projects/${projectId}/webhooks/${id}/rotate-secret`, { oldValidHours }),
  enableWebhook: (projectId: string, id: string) => call<Webhook>("POST", at`/v1/projects/${projectId}/webhooks/${id}/enable`),
  testWebhook: (projectId: string, id: string) => call<WebhookDelivery>("POST", at`/v1/projects/${projectId}/webhooks/${id}/test`),
  /** The newest fifty. */
  deliveries: async (projectId: string, id: string) =>
    (await call<Page<WebhookDelivery>>("GET", at`/v1/projects/${projectId}/webhooks/${id}/deliveries` + "?limit=50")).items,
  redeliver: (projectId: string, id: string, deliveryId: string) =>
    call<WebhookDelivery>("POST", at`/v1/projects/${projectId}/webhooks/${id}/deliveries/${deliveryId}/redeliver`),
  createKey: (request: { name: string; scopes: KeyScope[]; projectId?: string; expires?: string }) =>
    call<NewKey>("POST", "/v1/keys", request),
  revokeKey: (id: string) => call<void>("DELETE", at`/v1/keys/${id}`),

  audit: (filter: Record<string, string>, after: string | undefined, limit: number) => call<Page<AuditEntry>>("GET", "/v1/audit" + queryOf({ ...filter, limit, after })),
  verifyAudit: () => call<AuditVerification>("GET", "/v1/audit/verification"),
  myAssignments: async (projectId: string) =>
    (await call<Page<Assignment>>("GET", at`/v1/projects/${projectId}/assignments/mine`)).items,
  nextAssignment: (projectId: string, order: QueueOrder) =>
    call<{ assignment?: Assignment | null }>("POST", at`/v1/projects/${projectId}/assignments/next`, { order }),
  skipAssignment: (projectId: string, id: string, reason: string) =>
    call<void>("POST", at`/v1/projects/${projectId}/assignments/${id}/skip`, { reason }),
  /** Of all unfinished documents, or of those that are named. */
  assign: (projectId: string, people: string[], perDocument: number, documents?: string[]) =>
    call<{ added: number }>("POST", at`/v1/projects/${projectId}/assignments`, { people, perDocument, documents }),
  /** All readings that are not done, whoever has them. */
  openAssignments: async (projectId: string) =>
    (await all<Assignment>(at`/v1/projects/${projectId}/assignments`)).filter((assignment) => assignment.state !== "done"),
  goldQuestions: async (projectId: string) =>
    (await call<{ items: GoldQuestion[] }>("GET", at`/v1/projects/${projectId}/gold-questions`)).items,
  addGoldQuestion: (projectId: string, documentId: string) =>
    call<void>("POST", at`/v1/projects/${projectId}/gold-questions`, { documents: [documentId] }),
  removeGoldQuestion: (projectId: string, documentId: string) =>
    call<void>("DELETE", at`/v1/projects/${projectId}/gold-questions/${documentId}`),
  finishedDocuments: (projectId: string) => all<DocumentSummary>(at`/v1/projects/${projectId}/documents?status=done`),
  readers: async (projectId: string) =>
    (await call<{ items: string[] }>("GET", at`/v1/projects/${projectId}/assignments/people`)).items,
  giveAssignment: (projectId: string, id: string, person: string | null) =>
    call<void>("PUT", at`/v1/projects/${projectId}/assignments/${id}`, { person }),
  takeBackAssignment: (projectId: string, id: string) =>
    call<void>("DELETE", at`/v1/projects/${projectId}/assignments/${id}`),
  assignmentProgress: async (projectId: string) =>
    (await call<Page<PersonProgress>>("GET", at`/v1/projects/${projectId}/assignments/progress`)).items,
  assignmentSettings: (projectId: string) =>
    call<AssignmentSettings>("GET", at`/v1/projects/${projectId}/assignment-settings`),
  saveAssignmentSettings: (projectId: string, settings: AssignmentSettings) =>
    call<AssignmentSettings>("PUT", at`/v1/projects/${projectId}/assignment-settings`, settings),
  adjudications: (projectId: string, after: string | undefined, limit: number) =>
    call<WaitingCases>("GET", at`/v1/projects/${projectId}/adjudications` + queryOf({ limit, after })),
  adoptAgreed: (projectId: string, after: string | undefined, limit: number) =>
    call<AdoptedCases>("POST", at`/v1/projects/${projectId}/adjudications/agreed`, { limit, after }),
  adjudication: (projectId: string, id: string) =>
    call<AdjudicationCase>("GET", at`/v1/projects/${projectId}/adjudications/${id}` + `?offsetUnit=${unit}`),
  adjudicate: (projectId: string, id: string, request: AdjudicationRequest) =>
    call<unknown>("POST", at`/v1/projects/${projectId}/adjudications/${id}`, { ...request, offsetUnit: unit }),
  agreement: (projectId: string) => call<AgreementOfProject>("GET", at`/v1/projects/${projectId}/quality/agreement`),
  annotatorQuality: async (projectId: string) =>
    (await call<Page<AnnotatorQuality>>("GET", at`/v1/projects/${projectId}/quality/annotators`)).items,
};

export type Api = typeof api;
