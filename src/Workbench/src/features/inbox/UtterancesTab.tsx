import { useEffect, useState } from "react";
import type { InboxUtterance, Project } from "../../api/types.ts";
import { CompleteDialog } from "../../ui/CompleteDialog.tsx";
import { IntentPicker } from "../../ui/IntentPicker.tsx";
import { choices, outOfScope, readable } from "../../ui/intentSearch.ts";
import { KeysDialog } from "../../ui/KeysDialog.tsx";
import { Empty, Loading, Meter, ProblemBox } from "../../ui/parts.tsx";
import { isUrgent } from "../../ui/redFlags.ts";
import { placeOf, printed } from "../../ui/keymap.ts";
import { ReasonDialog } from "../../ui/ReasonDialog.tsx";
import { useKeymap } from "../../ui/useKeymap.ts";
import { useKeys } from "../../ui/useKeys.ts";
import { inboxCommands, type InboxCommand } from "./commands.ts";
import { GroupDialog } from "./GroupDialog.tsx";
import { ReadyDialog } from "./ReadyDialog.tsx";
import type { Labelling } from "./useLabelling.ts";
import { useTranscripts } from "./useTranscripts.ts";
import { UtteranceComments } from "./UtteranceComments.tsx";
import { UtteranceDetail } from "./UtteranceDetail.tsx";
import { UtteranceList } from "./UtteranceList.tsx";
import { alternativesOf, decided, isUndecided, nameOf, nextUndecided, settledIn, transcriptName, withLeft } from "./utterances.ts";
import { useUtterances, type InboxFilter } from "./useUtterances.ts";

const inboxDialogs = ["complete", "comments"] as const;

/** Utterances across transcripts, decided by keys. */
export function UtterancesTab(props: {
  project: Project;
  filter: InboxFilter;
  onFilter: (filter: InboxFilter) => void;
  labelling: Labelling;
  hrefOf: (documentId: string) => string;
}) {
  const { project, filter, labelling } = props;
  const inbox = useUtterances(project.id, filter);
  const keys = useKeymap("inbox", inboxCommands);
  const keyFor = (command: InboxCommand) => printed(keys.map, command);
  const [at, setAt] = useState(0);
  const [searching, setSearching] = useState<InboxUtterance[]>();
  const [group, setGroup] = useState<InboxUtterance>();
  const [shown, setShown] = useState<"keys" | "ready">();
  /** What a dialog asks about the transcript of an utterance. */
  const [asked, setAsked] = useState<{ what: "complete" | "setAside" | "comments"; utterance: InboxUtterance }>();
  const [message, setMessage] = useState("");
  const [labelled, setLabelled] = useState(0);
  const transcripts = useTranscripts({ inbox, labelling, onTold: setMessage });
  const list = inbox.list;
  const current = list?.[at];
  const isOpened = filter.only !== undefined || filter.decided !== undefined || filter.suggested !== undefined;

  useEffect(() => {
    setAt(0);
    setMessage("");
    setLabelled(0);
  }, [filter]);

  // Numbers that come from the service have what was labelled here before.
  const { counts } = inbox;
  useEffect(() => setLabelled(0), [counts]);

  // Behind the end of a list that became shorter.
  const length = list?.length ?? 0;
  useEffect(() => {
    if (length > 0 && at >= length) setAt(length - 1);
  }, [at, length]);

  function pick(place: number) {
    setAt(place);
    setMessage("");
  }

  /** What a key does; nothing is said of a command without one. */
  function withKey(command: InboxCommand, does: string): string {
    const key = keyFor(command);
    return key === undefined ? "" : `${key} ${does}.`;
  }

  /** Decides utterances, shown in the list or not, and goes on to the next. */
  function choose(intent: string, members: readonly InboxUtterance[]) {
    setGroup(undefined);
    setSearching(undefined);
    const changing = members.filter((member) => member.intent !== intent);
    if (changing.some((member) => member.documentStatus === "done")) {
      setMessage("Its transcript is done: reopen it to change what was decided.");
      return;
    }
    labelling.decide(changing, intent);
    settle(members, members.map((member) => decided(member, intent)));
    setLabelled((before) => before + changing.filter(isUndecided).length);
    const next = nextUndecided(list!.map((item) => (members.some((member) => nameOf(member) === nameOf(item)) ? decided(item, intent) : item)), at);
    if (next !== undefined && filter.state === "undecided") setAt(next);
    else setAt((place) => Math.min(place + 1, Math.max(0, list!.length - 1)));
    setMessage(
      changing.length > 1
        ? `${changing.length} labelled ${readable(intent)}. ${withKey("undo", "takes it back")}`
        : next === undefined && filter.state === "undecided" && !inbox.hasMore
          ? `All of this list is decided. ${withKey("refresh", "fetches what is left")}`
          : "",
    );
  }

  /** Shows what utterances became, with what is left in their transcripts. */
  function settle(before: readonly InboxUtterance[], now: InboxUtterance[]) {
    const by = settledIn(before, now);
    inbox.change(now);
    inbox.alter((all) => withLeft(all, by));
    // What stands in the list knows best what was left: a group was fetched before.
    const inList = new Map((list ?? []).map((item) => [item.documentId, item]));
    transcripts.settled(before.map((item) => ({ ...item, leftInTranscript: (inList.get(item.documentId) ?? item).leftInTranscript })), by);
  }

  function step(back: boolean): boolean {
    const stepped = labelling.step(back);
    if (stepped.length === 0) {
      setMessage(`There is nothing to ${back ? "undo" : "redo"}.`);
      return true;
    }
    const names = new Map(stepped.map((item) => [nameOf(item), item.intent]));
    if (list) {
      const changed = list.filter((item) => names.has(nameOf(item)));
      settle(changed, changed.map((item) => decided(item, names.get(nameOf(item)) ?? null)));
      const place = list.findIndex((item) => names.has(nameOf(item)));
      if (place >= 0) setAt(place);
      setLabelled((before) => Math.max(0, before + (back ? -stepped.length : stepped.length)));
    }
    const words = back ? "undone" : "done again";
    setMessage(stepped.length === 1 ? `${words[0]!.toUpperCase()}${words.slice(1)}.` : `${stepped.length} ${words}.`);
    return true;
  }

  function run(command: InboxCommand): boolean {
    switch (command) {
      case "keys":
      case "ready":
        setShown(command);
        return true;
      case "undo":
      case "redo":
        return step(command === "undo");
      case "refresh":
        inbox.reload();
        transcripts.forgetOffered();
        return true;
    }
    if (command === "complete" && transcripts.offered.length > 0) {
      if (!transcripts.busy) void transcripts.completeOffered();
      return true;
    }
    if (!current || !list) return false;
    const done = current.documentStatus === "done";
    const nth = placeOf("choose", command);
    if (nth !== undefined) {
      const alternative = alternativesOf(current)[nth];
      if (alternative) choose(alternative.intent, [current]);
      else setMessage(`There is no choice ${nth + 1} here.`);
      return true;
    }
    switch (command) {
      case "comments":
        setAsked({ what: "comments", utterance: current });
        break;
      case "setAside":
        if (done) setMessage("The transcript is done: there is nothing to set aside.");
        else setAsked({ what: "setAside", utterance: current });
        break;
      case "reopen":
        if (!done) setMessage("The transcript is open.");
        else if (!transcripts.busy) void transcripts.reopen(current);
        break;
      case "complete":
        if (done) setMessage("The transcript is done already.");
        else if (transcripts.left(current) > 0) setAsked({ what: "complete", utterance: current });
        else if (!transcripts.busy) void transcripts.complete(current);
        break;
      case "next":
        pick(Math.min(list.length - 1, at + 1));
        break;
      case "previous":
        pick(Math.max(0, at - 1));
        break;
      case "nextUndecided":
        pick(nextUndecided(list, at) ?? at);
        break;
      case "accept": {
        const intent = current.intent ?? current.suggestion?.intent;
        if (intent) choose(intent, [current]);
        else setMessage(`There is no suggestion here. ${withKey("search", "opens the list of intents")}`);
        break;
      }
      case "outOfScope":
        choose(outOfScope, [current]);
        break;
      case "group":
        if (current.alike > 1) setGroup(current);
        else setMessage("No other utterance is in nearly the same words.");
        break;
      case "search":
        setSearching([current]);
        break;
    }
    return true;
  }

  useKeys((_, key) => {
    const command = keys.map.commandOf(key);
    return command !== undefined && run(command);
  });

  const done = counts ? counts.decided + labelled : 0;
  const { offered } = transcripts;

  return (
    <div className="inbox">
      <div className="transcript-bar">
        <label className="row">
          <span className="hint">Show</span>
          <select
            aria-label="Which utterances"
            value={filter.state}
            onChange={(event) => props.onFilter({ ...filter, state: event.target.value as InboxFilter["state"] })}
          >
            <option value="undecided">undecided</option>
            <option value="decided">decided</option>
            <option value="all">all</option>
          </select>
        </label>
        <select
          aria-label="Intent"
          value={filter.intent ?? ""}
          onChange={(event) => {
            const { intent: _, ...rest } = filter;
            props.onFilter(event.target.value ? { ...rest, intent: event.target.value } : rest);
          }}
        >
          <option value="">any intent</option>
          {choices(project.intents).map((intent) => (
            <option key={intent.name} value={intent.name}>
              {readable(intent.name)}
            </option>
          ))}
        </select>
        <SearchField key={filter.q ?? ""} words={filter.q} onSearch={(q) => {
          const { q: _, ...rest } = filter;
          props.onFilter(q ? { ...rest, q } : rest);
        }} />
        <button
          type="button"
          aria-pressed={filter.flagged === true}
          className={filter.flagged ? "toggle on" : "toggle"}
          onClick={() => props.onFilter({ ...filter, flagged: !filter.flagged })}
        >
          <span aria-hidden="true">⚑</span> Red flags{counts && counts.urgent > 0 ? ` (${counts.urgent} urgent)` : ""}
        </button>
        {isOpened && (
          <button type="button" className="toggle on" onClick={() => props.onFilter({ state: "undecided" })}>
            {describeCell(filter)} <span aria-hidden="true">✕</span>
            <span className="visually-hidden"> – back to the inbox</span>
          </button>
        )}
        <span className="note-message" role="status" data-testid="message" title={message}>
          {message}
        </span>
        {counts && <Meter value={Math.min(done, counts.undecided + counts.decided)} total={counts.undecided + counts.decided} label="Utterances decided" />}
        <button type="button" className="quiet" onClick={() => run("refresh")}>
          Refresh
        </button>
        <button type="button" className="quiet" onClick={() => setShown("keys")}>
          Keys <kbd>{keyFor("keys")}</kbd>
        </button>
      </div>
      {counts && (
        <p className="inbox-progress hint" data-testid="progress">
          {of(Math.max(0, counts.undecided - labelled), "utterance")} left in {of(counts.transcripts.open, "transcript")}, {counts.transcripts.done} done
          {counts.transcripts.ready > 0 && (
            <button type="button" className="quiet" onClick={() => setShown("ready")}>
              {of(counts.transcripts.ready, "transcript")} decided and not done <kbd>{keyFor("ready")}</kbd>
            </button>
          )}
        </p>
      )}
      {offered.length > 0 && (
        <div className="box notice offered" role="status" data-testid="offered">
          {offered.length === 1 ? `Every utterance of ${offered[0]!.name} is decided.` : `${offered.length} transcripts are decided.`}{" "}
          <button type="button" className="primary" disabled={transcripts.busy} onClick={() => void transcripts.completeOffered()}>
            Complete <kbd>{keyFor("complete")}</kbd>
          </button>{" "}
          <button type="button" className="quiet" onClick={transcripts.forgetOffered}>
            Later
          </button>
        </div>
      )}
      {transcripts.problem && <ProblemBox problem={transcripts.problem} onDismiss={transcripts.dismiss} />}
      {inbox.problem && <ProblemBox problem={inbox.problem} onRetry={inbox.reload} />}
      {!list && !inbox.problem && <Loading what="utterances" />}
      {list && list.length === 0 && (
        <Empty title={filter.state === "undecided" && !filter.q && !filter.intent ? "No utterance waits for a decision" : "No utterance is like that"} />
      )}
      {list && list.length > 0 && (
        <div className="inbox-columns">
          <UtteranceList list={list} at={at} onPick={pick} hasMore={inbox.hasMore} onMore={inbox.more} />
          {current && (
            <UtteranceDetail
              utterance={current}
              href={props.hrefOf(current.documentId)}
              onChoose={(intent) => choose(intent, [current])}
              onSearch={() => setSearching([current])}
              onGroup={() => setGroup(current)}
              onOutOfScope={() => choose(outOfScope, [current])}
              keyFor={keyFor}
              onCommand={run}
            />
          )}
        </div>
      )}
      {group && (
        <GroupDialog
          projectId={project.id}
          utterance={group}
          map={keys.map}
          onChoose={choose}
          onSearch={(members) => {
            setGroup(undefined);
            setSearching(members);
          }}
          onClose={() => setGroup(undefined)}
        />
      )}
      {searching && (
        <IntentPicker
          intents={project.intents}
          words={searching.length === 1 ? searching[0]!.text : `${searching.length} utterances: ${searching[0]!.text}`}
          current={searching[0]!.intent ?? searching[0]!.suggestion?.intent}
          onClose={() => setSearching(undefined)}
          onChoose={(intent) => choose(intent, searching)}
        />
      )}
      {shown === "ready" && (
        <ReadyDialog
          projectId={project.id}
          hrefOf={props.hrefOf}
          onClose={() => setShown(undefined)}
          onComplete={(ready) => {
            setShown(undefined);
            void transcripts.completeReady(ready);
          }}
        />
      )}
      {asked?.what === "comments" && <UtteranceComments utterance={asked.utterance} onClose={() => setAsked(undefined)} />}
      {asked?.what === "complete" && (
        <CompleteDialog
          undecided={transcripts.left(asked.utterance)}
          onClose={() => setAsked(undefined)}
          onChoose={(rest) => {
            setAsked(undefined);
            void transcripts.complete(asked.utterance, rest);
          }}
        />
      )}
      {asked?.what === "setAside" && (
        <ReasonDialog
          title={`Set ${transcriptName(asked.utterance)} aside`}
          told={`${
            list?.some((item) => item.documentId === asked.utterance.documentId && isUndecided(item) && isUrgent(item))
              ? "It has an urgent red flag that nobody has decided on. "
              : ""
          }It leaves the inbox undecided, for everybody, and nobody is given it. The reason stands beside it until it is taken back.`}
          action="Set aside"
          onClose={() => setAsked(undefined)}
          onGive={(reason) => {
            setAsked(undefined);
            void transcripts.setAside(asked.utterance, reason);
          }}
        />
      )}
      {shown === "keys" && (
        <KeysDialog keys={keys} dialogs={inboxDialogs} onClose={() => setShown(undefined)}>
          <p className="hint">The same keys choose where all in nearly the same words are shown.</p>
        </KeysDialog>
      )}
    </div>
  );
}

function SearchField(props: { words: string | undefined; onSearch: (words: string) => void }) {
  const [typed, setTyped] = useState(props.words ?? "");
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSearch(typed.trim());
      }}
    >
      <input type="search" aria-label="Words in the utterance" placeholder="Words" value={typed} onChange={(event) => setTyped(event.target.value)} />
    </form>
  );
}

function describeCell(filter: InboxFilter): string {
  if (filter.only !== undefined) return "one cell, held out";
  const told = filter.decided === undefined ? "" : `decided ${filter.decided === "" ? "no intent" : readable(filter.decided)}`;
  return [told, filter.suggested && `suggested ${readable(filter.suggested)}`].filter(Boolean).join(", ");
}

const of = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
