import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import type { FileImport, ImportCheck } from "../../api/types.ts";
import type { Sent } from "../../api/upload.ts";
import { formatNamed, guessFormat, longestFile, nameWithoutEnding, sizeInWords } from "./formats.ts";

export interface Chosen {
  file: File;
  format: string;
  externalIds: boolean;
}

/** Under way: the file goes out, and then is read. */
export interface Going extends Sent {
  what: "checked" | "stored";
}

const beginningBytes = 16_384;

/** A file on its way in: chosen, read by the service without storing it, and stored when that is wanted. */
export function useImport(projectId: string) {
  const [chosen, setChosen] = useState<Chosen>();
  const [going, setGoing] = useState<Going>();
  const [check, setCheck] = useState<ImportCheck>();
  const [stored, setStored] = useState<FileImport>();
  const [problem, setProblem] = useState<Problem>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const send = useCallback(
    async ({ file, format, externalIds }: Chosen, what: Going["what"]) => {
      stop.current?.abort();
      const mine = new AbortController();
      stop.current = mine;
      setProblem(undefined);
      if (what === "checked") setCheck(undefined);
      setGoing({ what, sent: 0, total: file.size });
      const form = { format, name: nameWithoutEnding(file.name), externalIds };
      const told = (sent: Sent) => !mine.signal.aborted && setGoing({ what, ...sent });
      try {
        if (what === "checked") setCheck(await api.checkImport(projectId, file, form, mine.signal, told));
        else {
          setStored(await api.importFile(projectId, file, form, mine.signal, told));
          setCheck(undefined);
        }
      } catch (error) {
        if (!mine.signal.aborted) setProblem(asProblem(error));
      } finally {
        if (stop.current === mine) {
          stop.current = undefined;
          setGoing(undefined);
        }
      }
    },
    [projectId],
  );

  const read = useCallback(
    (next: Chosen) => {
      setChosen(next);
      setStored(undefined);
      setProblem(undefined);
      if (next.file.size > longestFile) {
        setCheck(undefined);
        setProblem(tooLong(next.file));
      } else void send(next, "checked");
    },
    [send],
  );

  return {
    chosen,
    going,
    check,
    stored,
    problem,
    read,
    /** Its format is guessed; ids are kept where the format has some. */
    choose: async (file: File) => {
      const format = guessFormat(file.name, await file.slice(0, beginningBytes).text());
      read({ file, format, externalIds: !formatNamed(format).utterances });
    },
    checkAgain: () => chosen && void send(chosen, "checked"),
    store: () => chosen && void send(chosen, "stored"),
    /** Stops what is under way, or puts the file away. */
    leave: () => {
      stop.current?.abort();
      stop.current = undefined;
      setGoing(undefined);
      if (!going) {
        setChosen(undefined);
        setCheck(undefined);
        setStored(undefined);
        setProblem(undefined);
      }
    },
  };
}

export type Import = ReturnType<typeof useImport>;

const tooLong = (file: File): Problem =>
  asProblem(new Error(`${file.name} has ${sizeInWords(file.size)}; at most ${sizeInWords(longestFile)} come in at once. Send it in parts.`));
