// Relations of the current mention drawn over the text: an arc to each mention that is near, a word at its place for those far away.

import { StateEffect, StateField, type Extension } from "@codemirror/state";
import { EditorView, layer, type LayerMarker } from "@codemirror/view";

export interface Arc {
  /** Where the current mention and the other one begin. */
  here: number;
  there: number;
  type: string;
  outgoing: boolean;
  /** The one that the keys act upon. */
  chosen: boolean;
}

export const setArcs = StateEffect.define<readonly Arc[]>();

const shown = StateField.define<readonly Arc[]>({
  create: () => [],
  update: (arcs, transaction) => transaction.effects.find((effect) => effect.is(setArcs))?.value ?? arcs,
});

/** Of what is further from the mention than this many pixels, only the direction is shown. */
const near = 420;

interface Point {
  x: number;
  y: number;
}

class Drawing implements LayerMarker {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  eq(other: LayerMarker): boolean {
    return other instanceof Drawing && other.markup === this.markup;
  }

  draw(): HTMLElement {
    const box = document.createElement("div");
    box.className = "arc";
    box.innerHTML = this.markup;
    return box;
  }
}

function drawings(view: EditorView): Drawing[] {
  const frame = view.scrollDOM.getBoundingClientRect();
  const origin = { x: frame.left - view.scrollDOM.scrollLeft, y: frame.top - view.scrollDOM.scrollTop };
  const pointAt = (offset: number): Point | undefined => {
    const box = view.coordsAtPos(offset, 1);
    return box ? { x: box.left - origin.x + 6, y: box.top - origin.y } : undefined;
  };
  let far = 0;
  return view.state.field(shown).flatMap((arc, index) => {
    const here = pointAt(arc.here);
    if (!here) return [];
    const there = pointAt(arc.there);
    if (there && Math.abs(there.y - here.y) < near) return [new Drawing(curve(here, there, arc, index))];
    return [new Drawing(signpost(here, arc, far++))];
  });
}

function curve(here: Point, there: Point, arc: Arc, index: number): string {
  const [from, to] = arc.outgoing ? [here, there] : [there, here];
  // On one line the arc rises above it; between two lines it swings out to the side, and no two arcs lie upon each other.
  const rise = Math.abs(from.y - to.y) < 4 ? 15 + 3 * (index % 3) : 22;
  const path = `M ${from.x} ${from.y} C ${from.x} ${from.y - rise}, ${to.x} ${to.y - rise}, ${to.x} ${to.y - 2}`;
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 - rise * 0.75 };
  const tip = `M ${to.x - 4} ${to.y - 8} L ${to.x} ${to.y - 1} L ${to.x + 4} ${to.y - 8}`;
  return drawn(arc, `<path class="line" d="${path}"/><path class="line" d="${tip}"/>`, middle, "middle", arc.type);
}

function signpost(here: Point, arc: Arc, row: number): string {
  const arrow = arc.there < arc.here ? "↑" : "↓";
  const words = arc.outgoing ? `→ ${arc.type} ${arrow}` : `← ${arc.type} ${arrow}`;
  return drawn(arc, "", { x: here.x - 6, y: here.y - 4 - 12 * row }, "start", words);
}

function drawn(arc: Arc, lines: string, at: Point, anchor: string, words: string): string {
  const text = document.createElement("span");
  text.textContent = words;
  return (
    `<svg class="${arc.chosen ? "chosen" : ""}" width="1" height="1" aria-hidden="true">${lines}` +
    `<text x="${at.x}" y="${at.y}" text-anchor="${anchor}">${text.innerHTML}</text></svg>`
  );
}

export const arcs: Extension = [
  shown,
  layer({
    above: true,
    class: "arcs",
    update: (update) =>
      update.geometryChanged || update.viewportChanged || update.transactions.some(({ effects }) => effects.some((effect) => effect.is(setArcs))),
    markers: drawings,
  }),
];
