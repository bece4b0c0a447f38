import { EditorSelection, EditorState, StateEffect, StateField, type Range } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, drawSelection, type DecorationSet } from "@codemirror/view";
import { useEffect, useImperativeHandle, useRef, type Ref } from "react";
import type { Mention } from "../../api/types.ts";
import { snapToTokens, trimSelection, type Edge } from "../../text/spanEditing.ts";
import type { Span } from "../../text/tokens.ts";
import { lanes } from "./walk.ts";

export interface SurfaceHandle {
  focus(): void;
  reveal(span: Span): void;
  /** First offset on screen. */
  top(): number;
  /** The offset one line up or down, at the same place on the line. */
  vertical(offset: number, forward: boolean): number;
}

interface Props {
  ref: Ref<SurfaceHandle>;
  text: string;
  tokens: readonly Span[];
  mentions: readonly Mention[];
  currentId: string | undefined;
  /** What the next label would mark. */
  selection: Span | undefined;
  editable: boolean;
  colourOf: (label: string) => string;
  onPick: (ids: string[]) => void;
  onSelect: (span: Span | undefined) => void;
  onResize: (id: string, span: Span) => void;
}

const setMarks = StateEffect.define<DecorationSet>();
const setFocusMarks = StateEffect.define<DecorationSet>();

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

  useEffect(() => {
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
          EditorView.contentAttributes.of({ tabindex: "0", role: "document", "aria-label": "Text of the note" }),
          drawSelection(),
          holding(setMarks),
          holding(setFocusMarks),
          EditorView.domEventHandlers({
            mousedown: (event) => void (byCharacter.current = event.altKey),
            mousemove: (event) => void (byCharacter.current = event.altKey),
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
    const { mentions, colourOf } = props;
    const laneOf = lanes(mentions);
    const marks = mentions.flatMap((mention) => drawn(mention, laneOf.get(mention.id) ?? 0, colourOf(mention.label)));
    view.current?.dispatch({ effects: setMarks.of(Decoration.set(marks, true)) });
  }, [props.mentions, props.colourOf, props.text]);

  function drawFocus() {
    const { mentions, currentId, selection, editable } = latest.current;
    const current = mentions.find((mention) => mention.id === currentId);
    const marks = [];
    const span = preview.current ?? current;
    if (span) {
      marks.push(Decoration.mark({ class: "current-mention" }).range(span.start, span.end));
      if (editable && current) {
        marks.push(
          Decoration.widget({ widget: new EdgeHandle("left", startDrag), side: -2 }).range(span.start),
          Decoration.widget({ widget: new EdgeHandle("right", startDrag), side: -1 }).range(span.end),
        );
      }
    }
    if (selection) marks.push(Decoration.mark({ class: "to-label" }).range(selection.start, selection.end));
    view.current?.dispatch({ effects: setFocusMarks.of(Decoration.set(marks, true)) });
  }

  useEffect(drawFocus, [props.mentions, props.currentId, props.selection, props.editable, props.text]);

  function startDrag(edge: Edge, down: PointerEvent) {
    down.preventDefault();
    down.stopPropagation();
    const { mentions, currentId } = latest.current;
    const mention = mentions.find((candidate) => candidate.id === currentId);
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
      if (moved && event.type === "pointerup") latest.current.onResize(mention.id, span);
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
    vertical: (offset, forward) => {
      const editor = view.current;
      if (!editor) return offset;
      return editor.moveVertically(EditorSelection.cursor(offset), forward).head;
    },
  }));

  return <div className="text-surface" ref={host} />;
}

type Drawing = { lane: number; colour: string; ranges: Range<Decoration>[] };

const drawings = new WeakMap<Mention, Drawing>();

/** What a mention looks like. Kept with it: a long note has thousands, and a decision changes one. */
function drawn(mention: Mention, lane: number, colour: string): Range<Decoration>[] {
  const known = drawings.get(mention);
  if (known?.lane === lane && known.colour === colour) return known.ranges;
  const mark = Decoration.mark({
    class: `mention ${mention.state}`,
    attributes: { "data-mention": mention.id, title: describe(mention), style: `--label:${colour};--lane:${lane}` },
  });
  const tag = Decoration.widget({ widget: new LabelTag(mention, colour), side: 1 });
  const ranges = [mark.range(mention.start, mention.end), tag.range(mention.end)];
  drawings.set(mention, { lane, colour, ranges });
  return ranges;
}

export function describe(mention: Mention): string {
  const sure = mention.confidence === null || mention.confidence === undefined ? "" : ` ${mention.confidence.toFixed(2)}`;
  return `${mention.label}, ${mention.state}${sure}`;
}

class LabelTag extends WidgetType {
  readonly mention: Mention;
  readonly colour: string;

  constructor(mention: Mention, colour: string) {
    super();
    this.mention = mention;
    this.colour = colour;
  }

  override eq(other: LabelTag): boolean {
    const { id, label, state } = this.mention;
    return other.mention.id === id && other.mention.label === label && other.mention.state === state && other.colour === this.colour;
  }

  override toDOM(): HTMLElement {
    const tag = document.createElement("span");
    tag.className = `tag ${this.mention.state}`;
    tag.style.setProperty("--label", this.colour);
    tag.dataset["mention"] = this.mention.id;
    tag.textContent = this.mention.label;
    tag.setAttribute("aria-hidden", "true");
    return tag;
  }

  override ignoreEvent(): boolean {
    return false;
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
