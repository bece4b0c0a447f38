// A box that hangs at a place of the text. What is in it is the page's own; the editor keeps it in sight and at its place.

import { StateEffect, StateField } from "@codemirror/state";
import { EditorView, showTooltip, tooltips, type Tooltip, type TooltipView } from "@codemirror/view";

export interface Popover {
  host: HTMLElement;
  at: number;
}

export const setPopover = StateEffect.define<Popover | undefined>();

/** One function a host: the editor knows by it that a box has only moved. */
const makers = new WeakMap<HTMLElement, () => TooltipView>();

function makerOf(host: HTMLElement): () => TooltipView {
  const maker = makers.get(host) ?? (() => ({ dom: host }));
  makers.set(host, maker);
  return maker;
}

const shown = StateField.define<Tooltip | null>({
  create: () => null,
  update(value, transaction) {
    const effect = transaction.effects.find((one) => one.is(setPopover));
    if (!effect) return value;
    // Above: what was read already may be covered, what comes next should not.
    return effect.value ? { pos: effect.value.at, above: true, strictSide: false, create: makerOf(effect.value.host) } : null;
  },
  provide: (field) => showTooltip.from(field),
});

export const popovers = [
  // Within the text: at its first lines the box stands below, where it covers nothing of the page around.
  tooltips({ position: "absolute", tooltipSpace: (view) => view.scrollDOM.getBoundingClientRect() }),
  shown,
  EditorView.theme({ ".cm-tooltip": { zIndex: "4" } }),
];
