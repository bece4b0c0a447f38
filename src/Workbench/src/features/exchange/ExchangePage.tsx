import { useRef } from "react";
import type { Project } from "../../api/types.ts";
import { Empty } from "../../ui/parts.tsx";
import { KeysButton, usePageKeys } from "../../ui/usePageKeys.tsx";
import { exchangeCommands, type ExchangeCommand } from "./commands.ts";
import "./exchange.css";
import { ExportSection } from "./ExportSection.tsx";
import { ImportSection } from "./ImportSection.tsx";
import { useImport } from "./useImport.ts";

/** Documents of a project in and out, as files of every exchange format. */
export function ExchangePage(props: {
  project: Project;
  manages: boolean;
  documentsHref: string;
  onSchemaChanged: () => void;
  onBack: () => void;
}) {
  const { project } = props;
  const incoming = useImport(project.id);
  const input = useRef<HTMLInputElement>(null);
  const prepare = useRef<HTMLButtonElement>(null);
  const download = useRef<HTMLElement>(null);

  function run(command: Exclude<ExchangeCommand, "keys">): boolean {
    switch (command) {
      case "choose":
        input.current?.click();
        return true;
      case "store":
        if (incoming.check && !incoming.going && incoming.check.missingLabels.length + incoming.check.missingIntents.length === 0) incoming.store();
        return true;
      case "stop":
        incoming.leave();
        return true;
      case "prepare":
        prepare.current?.click();
        return true;
      case "download":
        download.current?.click();
        return true;
      case "back":
        props.onBack();
        return true;
    }
  }

  const keyed = usePageKeys("exchange", exchangeCommands, run);

  return (
    <main className="page exchange">
      <header className="page-head">
        <div>
          <h1>Import and export</h1>
          <p className="hint">
            Files of {project.name}. <a href={props.documentsHref}>Documents</a>
          </p>
        </div>
        <KeysButton page={keyed} />
      </header>
      {props.manages ? (
        <>
          <ImportSection
            project={project}
            incoming={incoming}
            keyed={keyed}
            input={input}
            documentsHref={props.documentsHref}
            onSchemaChanged={props.onSchemaChanged}
          />
          <ExportSection project={project} keyed={keyed} prepare={prepare} download={download} />
        </>
      ) : (
        <Empty title="Files come in and go out through those who manage the project" />
      )}
    </main>
  );
}
