import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { ModelVersion } from "@/api/types.ts";
import { VersionCard } from "@/features/models/VersionCard.tsx";

const version = (more: Partial<ModelVersion>) =>
  ({
    name: "clinical-entities",
    version: "4.2",
    inUse: true,
    state: "promoted",
    created: "2026-01-01T00:00:00Z",
    origin: "trained",
    withdrawnDocuments: 0,
    fingerprint: "0123456789abcdef0123",
    scores: [{ corpus: "care-intents", split: "dev", measure: "oos_recall", overall: 0.729 }],
    ...more,
  }) as unknown as ModelVersion;

const gate = (passed: boolean) => ({ passed, reasons: passed ? [] : ["overall 96.6 before, 95.4 after: no gain"], overall: { before: 0.966, after: 0.954 }, labels: [] });

const show = (one: ModelVersion) =>
  render(<VersionCard version={one} canRollBack={false} busy={false} lineageHref="#" mayPromote onPromote={() => {}} onRollBack={() => {}} />);

test("a version in use that the gate refused says so", () => {
  show(version({ gate: gate(false) as unknown as NonNullable<ModelVersion["gate"]> }));
  expect(screen.getByText("in use")).toBeTruthy();
  expect(screen.getByText("in spite of the gate").title).toContain("audit log");
});

test("one that passed does not, and measures are in words", () => {
  show(version({ gate: gate(true) as unknown as NonNullable<ModelVersion["gate"]> }));
  expect(screen.queryByText("in spite of the gate")).toBeNull();
  expect(screen.getByText("out-of-scope recall")).toBeTruthy();
});
