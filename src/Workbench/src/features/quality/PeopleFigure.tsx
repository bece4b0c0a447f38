import type { PersonWork } from "../../api/types.ts";
import { Figure } from "../../ui/charts/Figure.tsx";
import { StackedBars } from "../../ui/charts/StackedBars.tsx";
import { counted } from "./words.ts";

const parts = [
  { name: "accepted", fill: "fill-good", of: (work: PersonWork) => work.accepted },
  { name: "corrected", fill: "fill-accent", of: (work: PersonWork) => work.relabelled + work.resized + work.intents + work.annotated },
  { name: "taken away", fill: "fill-bad", of: (work: PersonWork) => work.rejected + work.removed },
  { name: "added", fill: "fill-hatch", of: (work: PersonWork) => work.added },
];

const sum = (work: PersonWork) => parts.reduce((total, part) => total + part.of(work), 0);

export function PeopleFigure(props: { people: PersonWork[] }) {
  const people = props.people.filter((work) => sum(work) + work.completed > 0);
  const decisions = people.reduce((total, work) => total + sum(work), 0);
  return (
    <Figure
      kicker="Work by person"
      title={
        people.length === 0
          ? "Nobody has decided anything yet"
          : `${counted(people.length, "person has", "people have")} made ${counted(decisions, "decision")}`
      }
      table={{
        columns: ["Person", "Accepted", "Relabelled", "Resized", "Taken away", "Added", "Details", "Intents", "Finished"],
        rows: people.map((work) => [
          work.person,
          work.accepted,
          work.relabelled,
          work.resized,
          work.rejected + work.removed,
          work.added,
          work.annotated,
          work.intents,
          work.completed,
        ]),
      }}
      note={people.length > 0 ? "What each did, of both kinds, also what was undone later. Annotators see themselves only." : undefined}
    >
      <StackedBars
        name="Decisions by person"
        series={parts}
        rows={people.map((work) => ({
          name: work.person,
          remark: sum(work).toLocaleString("en"),
          parts: parts.map((part, series) => ({
            series,
            value: part.of(work),
            label: `${work.person}: ${counted(part.of(work), "time")} ${part.name}, of ${counted(sum(work), "decision")}`,
          })),
        }))}
      />
    </Figure>
  );
}
