import { useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import type { FoundConcept, Mention } from "../../api/types.ts";
import { toggleConcept } from "./details.ts";
import { piecesOf } from "./pieces.ts";
import type { Note } from "./useNote.ts";

export type Concepts = ReturnType<typeof useConcepts>;

/** Nobody rests on a mention that is passed; only where the keys stop is anything asked. */
const restMs = 250;
const longestQuery = 200;

/** The words to search for: those of the pieces, without what lies between. */
export const queryOf = (text: string, mention: Mention): string =>
  piecesOf(mention)
    .map(({ start, end }) => text.slice(start, end))
    .join(" ")
    .replace(/\s+/g, " ")
    .slice(0, longestQuery);

/** The concepts that the current mention is linked to, and the one that its words suggest. */
export function useConcepts(note: Note, hidden: boolean) {
  const { current, editable, words } = note;
  /** Whether the house has terminologies; undefined until it was asked. */
  const available = useRef<boolean>(undefined);
  const [suggested, setSuggested] = useState<{ mention: string; query: string; concept: FoundConcept | undefined }>();
  const [names, setNames] = useState<ReadonlyMap<string, FoundConcept | undefined>>(new Map());
  const query = current && !hidden ? queryOf(words.text, current) : "";
  const label = current?.label;
  const id = current?.id;
  const linked = current?.concepts ?? none;
  const unknown = linked.filter((concept) => !names.has(concept)).join("\n");

  function learn(concepts: readonly FoundConcept[], missing: readonly string[] = []): void {
    setNames((before) => new Map([...before, ...missing.map((one) => [one, undefined] as const), ...concepts.map((one) => [one.concept, one] as const)]));
  }

  useEffect(() => {
    if (id === undefined || query === "" || !editable || available.current === false || linked.length > 0) return;
    let left = false;
    const timer = setTimeout(() => {
      api.findConcepts(query, label, 1).then(
        (answer) => {
          if (left) return;
          available.current = answer.terminologies.length > 0;
          setSuggested({ mention: id, query, concept: answer.items[0] });
        },
        // Without an answer nothing is suggested; searching says why.
        () => {},
      );
    }, restMs);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [id, query, label, editable, linked.length]);

  useEffect(() => {
    if (unknown === "") return;
    let left = false;
    const codes = unknown.split("\n").slice(0, 50);
    api.namedConcepts(codes).then(
      (answer) => {
        if (!left) learn(answer.items, codes);
      },
      () => {},
    );
    return () => {
      left = true;
    };
  }, [unknown]);

  const suggestion = suggested && suggested.mention === id && suggested.query === query && linked.length === 0 ? suggested.concept : undefined;

  return {
    linked,
    suggestion,
    query,
    nameOf: (concept: string) => names.get(concept)?.name,
    learn,
    /** Links it, or no longer where it is linked already. */
    toggle: (concept: string): boolean => current !== undefined && note.carryOut(toggleConcept(current, concept)),
    takeSuggested: (): boolean => {
      if (!current || !editable) return false;
      if (!suggestion) return note.say(linked.length > 0 ? "The mention has a concept; search to add another." : "No concept is suggested.");
      learn([suggestion]);
      if (note.carryOut(toggleConcept(current, suggestion.concept))) note.say(`Linked to ${suggestion.name} (${suggestion.concept}).`);
      return true;
    },
  };
}

const none: readonly string[] = [];
