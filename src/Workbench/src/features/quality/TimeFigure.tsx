import type { PersonWork, WorkTime } from "../../api/types.ts";
import { BoxRows } from "../../ui/charts/BoxRows.tsx";
import { Figure } from "../../ui/charts/Figure.tsx";
import { counted, seconds, timeTold } from "./words.ts";

export function TimeFigure(props: { time: WorkTime; people: PersonWork[] }) {
  const one = props.people.length === 1 && props.people[0]!.time.documents === props.time.documents;
  const rows: { person: string; time: WorkTime }[] = [
    ...(one ? [] : [{ person: "everybody", time: props.time }]),
    ...props.people,
  ];
  return (
    <Figure
      kicker="Time per document"
      title={timeTold(props.time)}
      table={{
        columns: ["Person", "Documents", "Median", "Quartiles", "Median a decision"],
        rows: props.time.perDocument
          ? rows.map((row) => [
              row.person,
              row.time.documents,
              row.time.perDocument ? seconds(row.time.perDocument.median) : "–",
              row.time.perDocument ? `${seconds(row.time.perDocument.lowerQuartile)}–${seconds(row.time.perDocument.upperQuartile)}` : "–",
              row.time.perDecision ? seconds(row.time.perDecision.median) : "–",
            ])
          : [],
      }}
      note={
        props.time.perDocument
          ? `Between saves of one person, on finished documents of both kinds. ${counted(props.time.pauses, "gap")} over five minutes ${props.time.pauses === 1 ? "is" : "are"} left out. Box: the middle half; line in it: the median; dots: documents.`
          : undefined
      }
    >
      <BoxRows
        name="Time per document by person"
        unit={unitOf(props.time.perDocument?.highest ?? 0)}
        rows={rows.flatMap((row) =>
          row.time.perDocument
            ? [
                {
                  name: row.person,
                  ...row.time.perDocument,
                  dots: row.time.documentSeconds,
                  label: `${row.person}: median ${seconds(row.time.perDocument.median)}, half between ${seconds(row.time.perDocument.lowerQuartile)} and ${seconds(row.time.perDocument.upperQuartile)}, ${counted(row.time.documents, "document")}`,
                },
              ]
            : [],
        )}
      />
    </Figure>
  );
}

/** What the axis counts in. */
const unitOf = (longest: number) =>
  longest > 7200 ? { name: "h", size: 3600 } : longest > 120 ? { name: "min", size: 60 } : { name: "s", size: 1 };
