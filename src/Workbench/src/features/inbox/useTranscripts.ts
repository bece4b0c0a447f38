import { useCallback, useState } from "react";
import { api } from "../../api/client.ts";
import type { InboxUtterance } from "../../api/types.ts";
import { useAttempt } from "../../ui/useAttempt.ts";
import type { Labelling } from "./useLabelling.ts";
import { isUndecided, transcriptName } from "./utterances.ts";
import type { useUtterances } from "./useUtterances.ts";

export interface OfferedTranscript {
  documentId: string;
  name: string;
}

export type Transcripts = ReturnType<typeof useTranscripts>;

/** What is done with whole transcripts from where one of their utterances is. */
export function useTranscripts(props: {
  inbox: ReturnType<typeof useUtterances>;
  labelling: Labelling;
  onTold: (message: string) => void;
}) {
  const { inbox, labelling, onTold } = props;
  const [offered, setOffered] = useState<readonly OfferedTranscript[]>([]);
  const { busy, problem, dismiss, attempt } = useAttempt();

  /** Decisions have settled everything on some transcripts, or opened them again. */
  const settled = useCallback((utterances: readonly InboxUtterance[], by: ReadonlyMap<string, number>) => {
    const touched = new Map(utterances.filter(({ documentId }) => by.has(documentId)).map((utterance) => [utterance.documentId, utterance]));
    const finished = [...touched.values()].filter(
      (utterance) => utterance.leftInTranscript - by.get(utterance.documentId)! <= 0 && utterance.documentStatus !== "done",
    );
    setOffered((before) => [
      ...before.filter(({ documentId }) => !touched.has(documentId)),
      ...finished.map((utterance) => ({ documentId: utterance.documentId, name: transcriptName(utterance) })),
    ]);
    return finished.length;
  }, []);

  /** @param known The newest revision of it that the page has seen. */
  async function revisionOf(documentId: string, known: number): Promise<number> {
    return Math.max((await labelling.stored(documentId)) ?? 0, known);
  }

  const knownRevision = (documentId: string) =>
    Math.max(0, ...(inbox.list ?? []).filter((item) => item.documentId === documentId).map((item) => item.revision));

  async function complete(documentId: string, known: number, rest?: "accept" | "reject") {
    const { revision } = await api.complete(documentId, await revisionOf(documentId, known), rest);
    labelling.saw(documentId, revision);
    setOffered((before) => before.filter((one) => one.documentId !== documentId));
    inbox.alter((list) => list.map((item) => (item.documentId === documentId ? { ...item, documentStatus: "done", revision } : item)));
  }

  return {
    offered,
    busy,
    problem,
    dismiss,
    settled,
    forgetOffered: () => setOffered([]),
    /** All that are offered. */
    completeOffered: () =>
      attempt(async () => {
        for (const { documentId } of offered) await complete(documentId, knownRevision(documentId));
        onTold(offered.length === 1 ? `${offered[0]!.name} is done.` : `${offered.length} transcripts are done.`);
        inbox.recount();
      }),
    completeReady: (ready: readonly { documentId: string; revision: number }[]) =>
      attempt(async () => {
        for (const { documentId, revision } of ready) await complete(documentId, revision);
        onTold(ready.length === 1 ? "1 transcript is done." : `${ready.length} transcripts are done.`);
        inbox.recount();
      }),
    complete: (utterance: InboxUtterance, rest?: "accept" | "reject") =>
      attempt(async () => {
        await complete(utterance.documentId, utterance.revision, rest);
        onTold(`${transcriptName(utterance)} is done.`);
        // What the rest became is not known here.
        if (rest) inbox.reload();
        else inbox.recount();
      }),
    reopen: (utterance: InboxUtterance) =>
      attempt(async () => {
        const { documentId } = utterance;
        const { revision } = await api.reopen(documentId, await revisionOf(documentId, utterance.revision));
        labelling.saw(documentId, revision);
        inbox.alter((list) => list.map((item) => (item.documentId === documentId ? { ...item, documentStatus: "in_progress", revision } : item)));
        onTold(`${transcriptName(utterance)} is open again.`);
        inbox.recount();
      }),
    setAside: (utterance: InboxUtterance, reason: string) =>
      attempt(async () => {
        await labelling.stored(utterance.documentId);
        await api.setAside(utterance.documentId, reason);
        setOffered((before) => before.filter(({ documentId }) => documentId !== utterance.documentId));
        inbox.alter((list) => list.filter((item) => item.documentId !== utterance.documentId));
        onTold(`${transcriptName(utterance)} is set aside. “Set aside” has it and takes it back.`);
        inbox.recount();
      }),
    /** Suggestions of the transcript that wait, as far as is known here. */
    left: (utterance: InboxUtterance) => Math.max(utterance.leftInTranscript, Number(isUndecided(utterance))),
  };
}
