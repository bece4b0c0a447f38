// The drawing of mentions upon the text, kept between two states of a note: a long one has tens of thousands, and a decision
// changes one. Knows no React.

import type { Range } from "@codemirror/state";
import { Decoration, WidgetType, type DecorationSet } from "@codemirror/view";
import type { Mention } from "../../api/types.ts";
import { byPosition } from "../../corrections/apply.ts";
import { flagsOf, saidOf } from "../../corrections/said.ts";
import { cuesOf } from "./details.ts";
import { piecesOf } from "./pieces.ts";
import { lanes } from "./walk.ts";

interface Drawn {
  mention: Mention;
  lane: number;
}

export class MentionMarks {
  #drawn: Drawn[] = [];
  #set: DecorationSet = Decoration.none;
  #colourOf: ((label: string) => string) | undefined;
  #hidden: ReadonlySet<string> | undefined;

  /** Draws what changed. Undefined: nothing did. */
  update(
    mentions: readonly Mention[],
    colourOf: (label: string) => string,
    hidden: ReadonlySet<string>,
  ): DecorationSet | undefined {
    const anew = this.#colourOf !== colourOf || this.#hidden !== hidden;
    this.#colourOf = colourOf;
    this.#hidden = hidden;
    const before = anew ? [] : this.#drawn;
    const laneOf = lanes(mentions);
    const next = mentions.map((mention, index) => ({ mention, lane: laneOf[index]! }));
    const { gone, come } = compare(before, next);
    this.#drawn = next;
    if (!anew && gone.length === 0 && come.length === 0) return undefined;
    const add = come.flatMap(({ mention, lane }) => ranges(mention, lane, colourOf(mention.label), hidden.has(mention.label)));
    if (anew) this.#set = Decoration.set(add, true);
    else {
      const away = new Set(gone.map((entry) => entry.mention));
      this.#set = this.#set.update({
        add,
        sort: true,
        filter: (_, __, mark) => !away.has((mark.spec as { mention: Mention }).mention),
        ...(gone.length > 0
          ? { filterFrom: Math.min(...bounds(gone, "start")), filterTo: Math.max(...bounds(gone, "end")) }
          : { filterFrom: 0, filterTo: 0 }),
      });
    }
    return this.#set;
  }
}

const bounds = (entries: readonly Drawn[], edge: "start" | "end") =>
  entries.reduce<[number, number]>(
    ([low, high], { mention }) => [Math.min(low, mention[edge]), Math.max(high, mention[edge])],
    [Infinity, -Infinity],
  );

/** Both are in order of position. */
function compare(before: readonly Drawn[], next: readonly Drawn[]): { gone: Drawn[]; come: Drawn[] } {
  const gone: Drawn[] = [];
  const come: Drawn[] = [];
  let at = 0;
  for (const entry of next) {
    while (at < before.length && byPosition(before[at]!.mention, entry.mention) < 0) gone.push(before[at++]!);
    const old = before[at];
    if (old && old.mention.id === entry.mention.id) {
      at++;
      if (old.mention === entry.mention && old.lane === entry.lane) continue;
      gone.push(old);
    }
    come.push(entry);
  }
  gone.push(...before.slice(at));
  return { gone, come };
}

function ranges(mention: Mention, lane: number, colour: string, hidden: boolean): Range<Decoration>[] {
  const sure = mention.confidence ?? 1;
  const mark = Decoration.mark({
    mention,
    class: ["mention", mention.state, ...(hidden ? ["masked"] : []), ...flagsOf(mention)].join(" "),
    attributes: { "data-mention": mention.id, title: describe(mention), style: `--label:${colour};--lane:${lane};--sure:${sure.toFixed(2)}` },
  });
  const pieces = piecesOf(mention);
  const last = pieces.at(-1)!;
  const tag = Decoration.widget({ mention, widget: new LabelTag(mention, colour), side: 1 });
  const drawn = [...pieces.map((piece) => mark.range(piece.start, piece.end)), tag.range(last.end)];
  if (pieces.length === 1) return drawn;
  // A thin line joins the pieces of one mention; over a long way a sign at each of its ends does.
  const joint = Decoration.mark({ mention, class: "joint", attributes: { style: `--label:${colour};--lane:${lane}` } });
  pieces.slice(1).forEach((piece, index) => {
    const before = pieces[index]!;
    if (piece.start - before.end <= longestJoint) drawn.push(joint.range(before.end, piece.start));
    drawn.push(Decoration.widget({ mention, widget: new PieceSign(mention.id, colour, `${index + 1}/${pieces.length}`), side: 1 }).range(before.end));
  });
  return drawn;
}

/** Characters between two pieces that a line is drawn under. */
const longestJoint = 300;

export function describe(mention: Mention): string {
  const sure = mention.confidence === null || mention.confidence === undefined ? "" : ` ${mention.confidence.toFixed(2)}`;
  return [`${mention.label}, ${mention.state}${sure}`, ...saidOf(mention)].join(", ");
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
    return (
      (other.mention === this.mention && other.colour === this.colour) ||
      (other.mention.id === id &&
        other.mention.label === label &&
        other.mention.state === state &&
        other.colour === this.colour &&
        cuesOf(other.mention).join() === cuesOf(this.mention).join())
    );
  }

  override toDOM(): HTMLElement {
    const tag = document.createElement("span");
    tag.className = `tag ${this.mention.state}`;
    tag.style.setProperty("--label", this.colour);
    tag.dataset["mention"] = this.mention.id;
    tag.textContent = this.mention.label;
    for (const cue of cuesOf(this.mention)) tag.append(" ", element("i", "cue", cue));
    tag.setAttribute("aria-hidden", "true");
    return tag;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

/** Behind every piece but the last, which has the label. */
class PieceSign extends WidgetType {
  readonly id: string;
  readonly colour: string;
  readonly words: string;

  constructor(id: string, colour: string, words: string) {
    super();
    this.id = id;
    this.colour = colour;
    this.words = words;
  }

  override eq(other: PieceSign): boolean {
    return other.id === this.id && other.colour === this.colour && other.words === this.words;
  }

  override toDOM(): HTMLElement {
    const sign = element("span", "tag piece", this.words);
    sign.style.setProperty("--label", this.colour);
    sign.dataset["mention"] = this.id;
    sign.setAttribute("aria-hidden", "true");
    return sign;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

function element(name: string, className: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
