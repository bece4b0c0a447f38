import { EditorSelection, EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, drawSelection, type DecorationSet } from "@codemirror/view";
import { useEffect, useImperativeHandle, useRef, useState, type Ref } from "react";
import type { Mention } from "../../api/types.ts";
import { snapToTokens, trimSelection, type Edge } from "../../text/spanEditing.ts";
import type { Span } from "../../text/tokens.ts";
import { arcs, setArcs, type Arc } from "./arcs.ts";
import { MentionMarks } from "./mentionMarks.ts";
import { piecesOf } from "./pieces.ts";
import { popovers, setPopover } from "./popover.ts";

export interface SurfaceHandle {
  focus(): void;
  reveal(span: Span): void;
  /** First offset on screen. */
  top(): number;
  /** The stretch of text on screen. */
  visible(): Span;
  /** The offset one line up or down, at the same place on the line. */
  vertical(offset: number, forward: boolean): number;
}

export interface Speaker {
  start: number;
  name: string;
}

interface Props {
  ref: Ref<SurfaceHandle>;
  text: string;
  tokens: readonly Span[];
  mentions: readonly Mention[];
  current: Mention | undefined;
  /** Of the current mention, what its edges are moved of. */
  piece: Span | undefined;
  /** The mention that the current one is being related to. */
  target: Mention | undefined;
  /** What to type to choose a mention, by its id. */
  hints: ReadonlyMap<string, string>;
  arcs: readonly Arc[];
  /** What the next label would mark. */
  selection: Span | undefined;
  /** Mentions whose words must not be read on the screen. */
  hiddenLabels: ReadonlySet<string>;
  /** Mentions of labels that are gone, to be shown struck out; empty while they are hidden. */
  archived: readonly Mention[];
  /** Mentions with open comments: a sign stands before each. */
  commented: readonly Mention[];
  /** Those at which somebody has said something new. */
  newlyCommented: readonly Mention[];
  /** Of a transcript: who says what begins there. */
  speakers: readonly Speaker[];
  /** What hangs at a place of the text, and where. */
  popover: { host: HTMLElement; at: number } | undefined;
  editable: boolean;
  colourOf: (label: string) => string;
  onPick: (ids: string[]) => void;
  onSelect: (span: Span | undefined) => void;
  onResize: (span: Span) => void;
}

const setMarks = StateEffect.define<DecorationSet>();
const setFocusMarks = StateEffect.define<DecorationSet>();
const setCommentSigns = StateEffect.define<DecorationSet>();
const setSpeakers = StateEffect.define<DecorationSet>();
const setArchivedMarks = StateEffect.define<DecorationSet>();

const holding = (effectType: typeof setMarks) =>
  StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update: (marks, transaction) => transaction.effects.find((effect) => effect.is(effectType))?.value ?? marks,
    provide: (field) => EditorView.decorations.from(field),
  });

/** The note's text: read-only, with the mentions drawn upon it. It reports what was clicked, selected and dragged. */
export function TextSurface(props: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const preview = useRef<Span>(undefined);
  const byCharacter = useRef(false);
  const marks = useRef<MentionMarks>(undefined);
  const [hovered, setHovered] = useState<string>();
  const hover = (target: EventTarget | null) =>
    setHovered((target as HTMLElement | null)?.closest?.<HTMLElement>("[data-mention]")?.dataset["mention"]);

  useEffect(() => {
    marks.current = new MentionMarks();
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: props.text,
        extensions: [
          // Otherwise CR-LF would count as one and every offset after it would be wrong.
          EditorState.lineSeparator.of("\n"),
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.lineWrapping,
          // A read-only text, of several lines as the editor says by itself: a screen reader hands the keys on to the page there.
          EditorView.contentAttributes.of({ tabindex: "0", role: "textbox", "aria-readonly": "true", "aria-label": "Text of the note" }),
          drawSelection(),
          holding(setMarks),
          holding(setFocusMarks),
          holding(setArchivedMarks),
          holding(setCommentSigns),
          holding(setSpeakers),
          popovers,
          arcs,
          EditorView.domEventHandlers({
            mousedown: (event) => void (byCharacter.current = event.altKey),
            mousemove: (event) => void (byCharacter.current = event.altKey),
            mouseover: (event) => hover(event.target),
            mouseleave: () => hover(null),
            click: (event, editorView) => {
              if (editorView.state.selection.main.empty) reportClick(event);
            },
          }),
          EditorView.updateListener.of((update) => {
            if (update.transactions.some((transaction) => transaction.isUserEvent("select"))) reportSelection(update.state);
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = undefined;
    };
  }, [props.text]);

  function reportSelection(state: EditorState) {
    const { onSelect, tokens, text } = latest.current;
    const { from, to, empty } = state.selection.main;
    if (empty) onSelect(undefined);
    else onSelect(byCharacter.current ? trimSelection(text, from, to) : snapToTokens(tokens, from, to));
  }

  function reportClick(event: MouseEvent) {
    const ids: string[] = [];
    for (let element = event.target as HTMLElement | null; element; element = element.parentElement) {
      const id = element.dataset?.["mention"];
      if (id && !ids.includes(id)) ids.push(id);
    }
    if (ids.length > 0) latest.current.onPick(ids);
  }

  useEffect(() => {
    const set = marks.current?.update(props.mentions, props.colourOf, props.hiddenLabels);
    if (set) view.current?.dispatch({ effects: setMarks.of(set) });
  }, [props.mentions, props.colourOf, props.hiddenLabels, props.text]);

  useEffect(() => {
    const struck = props.archived.map(({ start, end, label }) =>
      Decoration.mark({ class: "archived-mention", attributes: { title: `${label}, archived` } }).range(start, end),
    );
    view.current?.dispatch({ effects: setArchivedMarks.of(Decoration.set(struck, true)) });
  }, [props.archived, props.text]);

  function drawFocus() {
    const { current, piece, target, hints, selection, editable, mentions } = latest.current;
    const marks = [];
    const span = preview.current ?? piece;
    if (current && piece && span) {
      for (const other of piecesOf(current)) {
        if (other.start !== piece.start) marks.push(Decoration.mark({ class: "current-mention further" }).range(other.start, other.end));
      }
      marks.push(Decoration.mark({ class: "current-mention" }).range(span.start, span.end));
      if (editable) {
        marks.push(
          Decoration.widget({ widget: new EdgeHandle("left", startDrag), side: -2 }).range(span.start),
          Decoration.widget({ widget: new EdgeHandle("right", startDrag), side: -1 }).range(span.end),
        );
      }
    }
    if (target) for (const { start, end } of piecesOf(target)) marks.push(Decoration.mark({ class: "target-mention" }).range(start, end));
    if (hints.size > 0) {
      const places = new Map<number, number>();
      for (const { id, start } of mentions) {
        const hint = hints.get(id);
        if (!hint) continue;
        const before = places.get(start) ?? 0;
        places.set(start, before + 1);
        marks.push(Decoration.widget({ widget: new Hint(hint, before), side: -3 }).range(start));
      }
    }
    if (selection) marks.push(Decoration.mark({ class: "to-label" }).range(selection.start, selection.end));
    view.current?.dispatch({ effects: setFocusMarks.of(Decoration.set(marks, true)) });
  }

  const { current, piece, target, hints, selection, editable } = props;
  useEffect(drawFocus, [current, piece?.start, piece?.end, target, hints, selection, editable, props.text]);

  useEffect(() => {
    view.current?.dispatch({ effects: setArcs.of(props.arcs) });
  }, [props.arcs, props.text]);

  useEffect(() => {
    const signs = [...new Set([...props.commented, ...props.newlyCommented])].map((mention) =>
      Decoration.widget({ widget: props.newlyCommented.includes(mention) ? newCommentSign : commentSign, side: -4 }).range(mention.start),
    );
    view.current?.dispatch({ effects: setCommentSigns.of(Decoration.set(signs, true)) });
  }, [props.commented, props.newlyCommented, props.text]);

  useEffect(() => {
    const names = props.speakers.map(({ start, name }) => Decoration.widget({ widget: new SpeakerName(name), side: -5 }).range(start));
    view.current?.dispatch({ effects: setSpeakers.of(Decoration.set(names, true)) });
  }, [props.speakers, props.text]);

  const { host: hanging, at: hangsAt } = props.popover ?? {};
  useEffect(() => {
    const tooltip = hanging && hangsAt !== undefined ? { host: hanging, at: hangsAt } : undefined;
    view.current?.dispatch({ effects: setPopover.of(tooltip) });
  }, [hanging, hangsAt, props.text]);

  function startDrag(edge: Edge, down: PointerEvent) {
    down.preventDefault();
    down.stopPropagation();
    const mention = latest.current.piece;
    if (!mention) return;
    let span: Span = { start: mention.start, end: mention.end };
    const move = (event: PointerEvent) => {
      const offset = view.current?.posAtCoords({ x: event.clientX, y: event.clientY });
      if (offset === undefined || offset === null) return;
      const next = draggedTo(mention, edge, offset, event.altKey);
      if (next.start === span.start && next.end === span.end) return;
      span = next;
      preview.current = span;
      drawFocus();
    };
    const stop = (event: PointerEvent) => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", stop);
      removeEventListener("pointercancel", stop);
      preview.current = undefined;
      const moved = span.start !== mention.start || span.end !== mention.end;
      if (moved && event.type === "pointerup") latest.current.onResize(span);
      else drawFocus();
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop);
    addEventListener("pointercancel", stop);
  }

  function draggedTo(mention: Span, edge: Edge, offset: number, byCharacter: boolean): Span {
    const { text, tokens } = latest.current;
    const [from, to] = edge === "left" ? [offset, mention.end] : [mention.start, offset];
    if (from >= to) return { start: mention.start, end: mention.end };
    const exact = trimSelection(text, from, to);
    if (byCharacter || !exact) return exact ?? { start: mention.start, end: mention.end };
    // Only the edge that is dragged snaps to words: the other one may have been set by character on purpose.
    const whole = snapToTokens(tokens, from, to) ?? exact;
    return edge === "left" ? { start: whole.start, end: mention.end } : { start: mention.start, end: whole.end };
  }

  useImperativeHandle(props.ref, () => ({
    focus: () => view.current?.contentDOM.focus({ preventScroll: true }),
    reveal: (span) => {
      const editor = view.current;
      if (!editor) return;
      const box = editor.coordsAtPos(span.start);
      const frame = editor.scrollDOM.getBoundingClientRect();
      if (box && box.top > frame.top + 40 && box.bottom < frame.bottom - 60) return;
      editor.dispatch({ effects: EditorView.scrollIntoView(span.start, { y: "center" }) });
    },
    top: () => {
      const editor = view.current;
      if (!editor) return 0;
      const frame = editor.scrollDOM.getBoundingClientRect();
      return editor.posAtCoords({ x: frame.left + 12, y: frame.top + 12 }, false);
    },
    visible: () => {
      const editor = view.current;
      if (!editor) return { start: 0, end: 0 };
      const frame = editor.scrollDOM.getBoundingClientRect();
      const at = (x: number, y: number) => editor.posAtCoords({ x, y }, false);
      return { start: at(frame.left + 12, frame.top + 12), end: at(frame.right - 24, frame.bottom - 12) };
    },
    vertical: (offset, forward) => {
      const editor = view.current;
      if (!editor) return offset;
      return editor.moveVertically(EditorSelection.cursor(offset), forward).head;
    },
  }));

  return (
    <>
      <Lit id={props.current?.id} rule=".tag" className="lit" />
      <Lit id={hovered} rule="" className="hovered" />
      <div className="text-surface" ref={host} />
    </>
  );
}

/** All that belongs to one mention is shown as one, wherever the editor draws it, without drawing it again. */
function Lit(props: { id: string | undefined; rule: string; className: "lit" | "hovered" }) {
  if (!props.id) return null;
  const look = props.className === "lit" ? "outline: 1.5px solid var(--ink)" : "box-shadow: 0 0 0 1.5px var(--line-strong)";
  return <style>{`.text-surface ${props.rule}[data-mention="${CSS.escape(props.id)}"] { ${look}; }`}</style>;
}

class Hint extends WidgetType {
  readonly letters: string;
  /** How many stand at the same place already. */
  readonly before: number;

  constructor(letters: string, before: number) {
    super();
    this.letters = letters;
    this.before = before;
  }

  override eq(other: Hint): boolean {
    return other.letters === this.letters && other.before === this.before;
  }

  override toDOM(): HTMLElement {
    const hint = document.createElement("kbd");
    hint.className = "hint-letters";
    hint.textContent = this.letters;
    hint.style.setProperty("--before", String(this.before));
    return hint;
  }
}

class EdgeHandle extends WidgetType {
  readonly edge: Edge;
  readonly onDown: (edge: Edge, event: PointerEvent) => void;

  constructor(edge: Edge, onDown: (edge: Edge, event: PointerEvent) => void) {
    super();
    this.edge = edge;
    this.onDown = onDown;
  }

  override eq(other: EdgeHandle): boolean {
    return other.edge === this.edge;
  }

  override toDOM(): HTMLElement {
    const handle = document.createElement("span");
    handle.className = `edge ${this.edge}`;
    handle.title = "Drag to resize; with Alt by character";
    handle.setAttribute("aria-hidden", "true");
    handle.addEventListener("pointerdown", (event) => this.onDown(this.edge, event));
    handle.addEventListener("mousedown", (event) => event.preventDefault());
    return handle;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

class SpeakerName extends WidgetType {
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  override eq(other: SpeakerName): boolean {
    return other.name === this.name;
  }

  override toDOM(): HTMLElement {
    const name = document.createElement("span");
    name.className = "tag speaker-name";
    name.textContent = this.name;
    return name;
  }
}

class CommentSign extends WidgetType {
  /** Somebody else has said something since one looked. */
  readonly fresh: boolean;

  constructor(fresh: boolean) {
    super();
    this.fresh = fresh;
  }

  override eq(other: CommentSign): boolean {
    return other.fresh === this.fresh;
  }

  override toDOM(): HTMLElement {
    const sign = document.createElement("span");
    sign.className = this.fresh ? "tag comment-sign new" : "tag comment-sign";
    sign.textContent = this.fresh ? "“” new" : "“”";
    sign.title = this.fresh ? "has new comments" : "has open comments";
    return sign;
  }
}

const commentSign = new CommentSign(false);
const newCommentSign = new CommentSign(true);
