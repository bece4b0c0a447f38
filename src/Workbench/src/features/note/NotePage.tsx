import { useEffect, useMemo, useState } from "react";
import type { Mention } from "../../api/types.ts";
import { CommentDialog } from "../../comments/CommentDialog.tsx";
import { commentsInWords, useComments } from "../../comments/useComments.ts";
import type { DocumentViewProps } from "../../corrections/documentView.ts";
import { turnPlaces } from "../../text/turnPlaces.ts";
import { GuidelinePanel } from "../../ui/GuidelinePanel.tsx";
import { KeysDialog } from "../../ui/KeysDialog.tsx";
import { placeOf, printed } from "../../ui/keymap.ts";
import { labelColours } from "../../ui/labelColours.ts";
import { Empty, Meter } from "../../ui/parts.tsx";
import { useKeymap } from "../../ui/useKeymap.ts";
import { ArchivedList } from "./ArchivedList.tsx";
import { noteCommands, type NoteCommand } from "./commands.ts";
import { ConceptList } from "./ConceptList.tsx";
import { ConceptPicker } from "./ConceptPicker.tsx";
import { CurrentMention } from "./CurrentMention.tsx";
import { DetailsBox } from "./DetailsBox.tsx";
import { identifyingLabels, masked, veiled } from "./identity.ts";
import { LabelButtons } from "./LabelButtons.tsx";
import { labelKeys } from "./labelKeys.ts";
import { MentionList, oneLine } from "./MentionList.tsx";
import { Outline } from "./Outline.tsx";
import type { Arc } from "./arcs.ts";
import { wordsOfPieces } from "./pieces.ts";
import { RelationBox } from "./RelationBox.tsx";
import { RelationList } from "./RelationList.tsx";
import { RepeatDialog } from "./RepeatDialog.tsx";
import { repetitions, type Repetition } from "./repeat.ts";
import { TextSurface } from "./TextSurface.tsx";
import { ThresholdBox } from "./ThresholdBox.tsx";
import { useArchived } from "./useArchived.ts";
import { useConcepts } from "./useConcepts.ts";
import { useDetails } from "./useDetails.ts";
import { useIdentity } from "./useIdentity.ts";
import { useNote } from "./useNote.ts";
import { useNoteKeys } from "./useNoteKeys.ts";
import { useRelating } from "./useRelating.ts";
import { useThreshold } from "./useThreshold.ts";

const noteDialogs = ["complete", "conflict", "comments"] as const;
const relationKeys = noteCommands.map(({ id }) => id).filter((id) => placeOf("relation", id) !== undefined);

type Shown = "keys" | "repetition" | "concepts" | "comments" | undefined;

export function NotePage(props: DocumentViewProps) {
  const { project, session } = props;
  const note = useNote(props);
  const threshold = useThreshold(note);
  const keys = useKeymap("note", noteCommands);
  const { map } = keys;
  const identity = useIdentity();
  const details = useDetails(note, project, map);
  const identifying = useMemo(() => identifyingLabels(project.labels), [project.labels]);
  const hidden = identity.hidden && identifying.size > 0;
  const hiddenLabels = hidden ? identifying : none;
  const concepts = useConcepts(note, !!note.current && identifying.has(note.current.label));
  const relating = useRelating(note, project, props.document.relations, map);
  const [host] = useState(newHost);
  const detailsShown = details.shown && !relating.active;
  const colourOf = useMemo(() => labelColours(project.labels), [project.labels]);
  const keyOf = useMemo(
    () => labelKeys(project.labels, noteCommands.flatMap((command) => (command.mode ? [] : map.keysOf(command.id)))),
    [project.labels, map],
  );
  const [shown, setShown] = useState<Shown>();
  const [found, setFound] = useState<readonly Repetition[]>([]);
  const [outline, setOutline] = useState(true);
  const [guideline, setGuideline] = useState(false);
  const archived = useArchived(props.document.id, project.schemaVersion ?? 1);
  const comments = useComments(project.id, props.document.id, note.mentions);
  const { turns } = props.document;
  const speakers = useMemo(
    () => turnPlaces(turns).map(({ start }, index) => ({ start, name: turns[index]!.speaker })),
    [turns],
  );
  const wordsOf = (mention: Mention) =>
    hiddenLabels.has(mention.label) ? masked(mention.label) : wordsOfPieces(note.words.text, mention);
  const keyFor = (command: NoteCommand) => printed(map, command);

  const run = useNoteKeys({
    note,
    page: props,
    map,
    threshold,
    details,
    relating,
    concepts,
    showConcepts: () => {
      if (!note.editable) return note.say("The document is done. Reopen it to change it.");
      if (!note.current) return note.say("Choose a mention first.");
      setShown("concepts");
      return true;
    },
    labelOf: (key) => project.labels.find((definition) => keyOf.get(definition.name) === key)?.name,
    showComments: () => setShown("comments"),
    showKeys: () => setShown("keys"),
    toggleOutline: () => setOutline((before) => !before),
    toggleIdentity: () => {
      if (identifying.size === 0) return note.say("No label of this project names a person.");
      identity.toggle();
      return note.say(hidden ? "Names, dates and numbers of persons are shown." : "Names, dates and numbers of persons are hidden.");
    },
    toggleGuideline: () => setGuideline((before) => !before),
    toggleArchived: () => {
      if (archived.items.length === 0) return note.say("Nothing on this note is archived.");
      archived.toggle();
      return note.say(archived.shown ? "Archived mentions are hidden." : `${archived.items.length} archived: struck out in the text.`);
    },
    showRepetition: () => {
      if (!note.editable || !note.made) return note.say("There is no decision to repeat yet.");
      const places = repetitions(note.words, note.mentions, note.made, () => session.newMentionId());
      if (places.length === 0) return note.say("The same words stand nowhere else undecided.");
      setFound(places);
      setShown("repetition");
      return true;
    },
  });

  // A dialog that goes takes the focus with it: the keys go to the text again.
  useEffect(() => {
    if (!shown) note.surface.current?.focus();
  }, [shown]);

  const { seen, index: relationIndex } = relating;
  const arcs = useMemo(
    (): readonly Arc[] =>
      seen.length === 0 ? noArcs : seen.map(({ relation, other, outgoing }, at) => ({
        here: note.current!.start,
        there: other.start,
        type: relation.type,
        outgoing,
        chosen: at === relationIndex,
      })),
    // The current mention is the one that the relations are seen from.
    [seen, relationIndex],
  );
  const hung = relating.target ?? (detailsShown ? note.current : undefined);

  return (
    <div className={guideline ? "note with-guideline" : outline && note.sections.length > 1 ? "note with-outline" : "note"}>
      {guideline && (
        <GuidelinePanel
          projectId={project.id}
          labels={project.labels}
          label={note.current?.label}
          colourOf={colourOf}
          onClose={() => setGuideline(false)}
        />
      )}
      {!guideline && outline && note.sections.length > 1 && (
        <Outline
          sections={note.sections}
          mentions={note.mentions}
          offset={note.selection?.start ?? note.current?.start ?? -1}
          onGo={note.goToSection}
        />
      )}
      <div className="note-text">
        <TextSurface
          ref={note.surface}
          text={note.words.text}
          tokens={note.words.tokens}
          mentions={note.mentions}
          current={note.current}
          selection={note.selection}
          hiddenLabels={hiddenLabels}
          archived={archived.marks}
          commented={comments.marked}
          newlyCommented={comments.fresh}
          speakers={speakers}
          piece={note.piece}
          target={relating.target}
          hints={relating.hints}
          arcs={arcs}
          popover={hung && { host, at: hung.start }}
          editable={note.editable}
          colourOf={colourOf}
          onPick={(ids) => (relating.active ? relating.pick(ids) : note.pick(ids))}
          onSelect={note.drag}
          onResize={note.replacePiece}
        />
        {relating.target && <RelationBox host={host} target={relating.target} relating={relating} words={wordsOf(relating.target)} keys={relationKeys.map(keyFor)} />}
        {detailsShown && <DetailsBox host={host} mention={note.current!} details={details} keyFor={keyFor} />}
        <p className="note-message" role="status" data-testid="message">
          {note.message}
        </p>
      </div>
      <aside className="panel" aria-label="Corrections" ref={note.panel} tabIndex={-1}>
        <section className="row">
          <Meter value={note.mentions.length - note.open} total={note.mentions.length} label="Mentions decided" />
          <button type="button" aria-pressed={guideline} onClick={() => run("guideline")}>
            Guideline <kbd>{keyFor("guideline")}</kbd>
          </button>
          {props.onOtherView && (
            <button type="button" onClick={() => run("intents")}>
              Intents <kbd>{keyFor("intents")}</kbd>
            </button>
          )}
          <button type="button" onClick={() => run("comments")} data-testid="comments">
            {commentsInWords(comments)} <kbd>{keyFor("comments")}</kbd>
          </button>
          {archived.items.length > 0 && (
            <button type="button" aria-pressed={archived.shown} onClick={() => run("archived")}>
              {archived.items.length} archived <kbd>{keyFor("archived")}</kbd>
            </button>
          )}
          {identifying.size > 0 && (
            <button type="button" aria-pressed={hidden} title="Names, dates and numbers of persons" onClick={() => run("hideIdentity")}>
              {hidden ? "Show PHI" : "Hide PHI"} <kbd>{keyFor("hideIdentity")}</kbd>
            </button>
          )}
        </section>
        <CurrentMention
          note={note}
          text={hidden && note.selection ? veiled(note.words.text, note.mentions, identifying) : note.words.text}
          wordsOf={wordsOf}
          colourOf={colourOf}
          keyFor={keyFor}
          onCommand={run}
        />
        {!note.selection && <ConceptList concepts={concepts} editable={note.editable} keyFor={keyFor} onCommand={run} />}
        {!note.selection && <RelationList relating={relating} editable={note.editable} wordsOf={wordsOf} keyFor={keyFor} />}
        <LabelButtons note={note} labels={project.labels} keyOf={keyOf} colourOf={colourOf} />
        {note.editable && (
          <ThresholdBox threshold={threshold} acceptKey={keyFor("acceptSure")} onAccept={() => run("acceptSure")} />
        )}
        <section className="grow">
          {note.mentions.length === 0 ? (
            <Empty title="Nothing is marked">
              {note.editable && (
                <button type="button" onClick={props.onSuggest}>
                  Ask the model
                </button>
              )}
            </Empty>
          ) : (
            <MentionList
              mentions={note.mentions}
              currentId={note.currentId}
              commented={comments.marked}
              newlyCommented={comments.fresh}
              wordsOf={wordsOf}
              colourOf={colourOf}
              onPick={note.chooseById}
            />
          )}
        </section>
        {archived.shown && <ArchivedList items={archived.items} wordsOf={wordsOf} />}
        <section className="row panel-foot">
          <button type="button" className="quiet" onClick={() => run("undo")} title={`Undo (${keyFor("undo")})`}>
            Undo
          </button>
          <button type="button" className="quiet" onClick={() => run("redo")} title={`Redo (${keyFor("redo")})`}>
            Redo
          </button>
          <button type="button" className="quiet" onClick={() => run("keys")} aria-label="Keys" title="All keys">
            <kbd>{keyFor("keys")}</kbd>
          </button>
          <span className="spacer" />
          {note.editable ? (
            <button type="button" className="primary" onClick={props.onComplete}>
              Complete <kbd>{keyFor("complete")}</kbd>
            </button>
          ) : (
            <button type="button" onClick={props.onReopen}>
              Reopen
            </button>
          )}
        </section>
      </aside>
      {shown === "keys" && (
        <KeysDialog keys={keys} labels={keyOf} dialogs={noteDialogs} onClose={() => setShown(undefined)}>
          <p className="hint">
            With the mouse: click a mention to choose it, drag over words and click a label to mark them, drag the bars at a
            mention’s ends to resize it. With Alt, dragging goes by character.
          </p>
        </KeysDialog>
      )}
      {shown === "comments" && (
        <CommentDialog
          comments={comments}
          place={note.current}
          words={note.current ? oneLine(wordsOf(note.current)) : ""}
          quote={({ first }) => {
            if (first.start === null || first.start === undefined || !first.end) return "the document";
            const mention = note.mentions.find((one) => one.id === first.mentionId || (one.start === first.start && one.end === first.end));
            // What stood there may have named a person: with names hidden, words without a mention are not shown.
            if (mention) return `“${oneLine(wordsOf(mention))}”`;
            return hidden ? "a place in the text" : `“${oneLine(note.words.text.slice(first.start, first.end))}”`;
          }}
          onClose={() => setShown(undefined)}
        />
      )}
      {shown === "concepts" && note.current && (
        <ConceptPicker
          words={concepts.query}
          label={note.current.label}
          linked={concepts.linked}
          onClose={() => setShown(undefined)}
          onChoose={(concept) => {
            concepts.learn([concept]);
            concepts.toggle(concept.concept);
          }}
        />
      )}
      {shown === "repetition" && note.made && (
        <RepeatDialog
          made={note.made}
          repetitions={found}
          words={note.words}
          bare={hidden}
          onClose={() => setShown(undefined)}
          onConfirm={(changes) => {
            setShown(undefined);
            if (note.carryOut({ changes })) note.say(`Done at ${changes.length} ${changes.length === 1 ? "place" : "places"}, as one step.`);
          }}
        />
      )}
    </div>
  );
}

const noArcs: readonly Arc[] = [];
const none: ReadonlySet<string> = new Set();

/** What hangs at a mention: the editor places it, the page fills it. */
function newHost(): HTMLElement {
  const host = document.createElement("div");
  host.className = "note-popover";
  return host;
}
