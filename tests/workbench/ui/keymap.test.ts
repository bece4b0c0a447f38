import { expect, test } from "vitest";
import { adjudicateCommands, caseCommands } from "@/features/adjudicate/commands.ts";
import { documentsCommands } from "@/features/documents/commands.ts";
import { inboxCommands } from "@/features/inbox/commands.ts";
import { labelErrorsCommands } from "@/features/label-errors/commands.ts";
import { noteCommands } from "@/features/note/commands.ts";
import { projectsCommands } from "@/features/projects/commands.ts";
import { tasksCommands } from "@/features/tasks/commands.ts";
import { transcriptCommands } from "@/features/transcript/commands.ts";
import { dialogCommands } from "@/ui/dialogKeys.ts";
import { conflictsOf, digitCommands, keymap, placeOf, readKeyFile, withKey, withoutChoice, type KeyChoices } from "@/ui/keymap.ts";

const map = (choices: KeyChoices = {}) => keymap(noteCommands, choices);

test.each([
  ["note", noteCommands],
  ["transcript", transcriptCommands],
  ["inbox", inboxCommands],
  ["documents", documentsCommands],
  ["projects", projectsCommands],
  ["tasks", tasksCommands],
  ["adjudicate", adjudicateCommands],
  ["label errors", labelErrorsCommands],
  ["adjudication", caseCommands],
] as const)("%s: no key is claimed twice, every command has one and says what it does", (_, commands) => {
  expect(conflictsOf(keymap(commands, {}))).toEqual([]);
  expect(commands.filter((command) => command.keys.length === 0 || command.does === "")).toEqual([]);
  expect(new Set(commands.map((command) => command.id)).size).toBe(commands.length);
});

test("a chosen key replaces a command's own", () => {
  const changed = map(withKey(map(), {}, "accept", "y"));
  expect(changed.commandOf("y")).toBe("accept");
  expect(changed.commandOf("a")).toBeUndefined();
});

test("a key taken from another command leaves that one without it, never with two meanings", () => {
  const choices = withKey(map(), {}, "accept", "x");
  const changed = map(choices);
  expect(changed.commandOf("x")).toBe("accept");
  expect(changed.keysOf("reject")).toEqual(["Delete"]);
  expect(conflictsOf(changed)).toEqual([]);
  expect(map(withoutChoice(withoutChoice(choices, "accept"), "reject")).commandOf("a")).toBe("accept");
});

test("while selecting, the arrows move the selection, and all other keys keep their meaning", () => {
  expect(map().commandOf("ArrowRight")).toBeUndefined();
  expect(map().commandOf("ArrowRight", "selecting")).toBe("selectForward");
  expect(map().commandOf("Escape", "selecting")).toBe("leave");
});

const file = (keys: unknown, page = "note", dialogs?: unknown) => JSON.stringify({ format: "clinicalnlp-keys", page, keys, dialogs });

test("what was exported is read again", () => {
  const choices = withKey(map(), {}, "accept", "y");
  expect(readKeyFile(file(choices), "note", noteCommands, dialogCommands)).toEqual({ choices });
  const dialogs = { mine: ["y"] };
  expect(readKeyFile(file(choices, "note", dialogs), "note", noteCommands, dialogCommands)).toEqual({ choices, dialogs });
});

test.each([
  ["not JSON", "{"],
  ["no keys", JSON.stringify({ format: "clinicalnlp-keys", page: "note", keys: { accept: "a" } })],
  ["another format", JSON.stringify({ page: "note", keys: {} })],
  ["another page", file({}, "transcript")],
  ["unknown command", file({ fly: ["f"] })],
  ["claimed twice", file({ accept: ["x"] })],
  ["unknown command of a dialog", file({}, "note", { fly: ["f"] })],
  ["claimed twice in a dialog", file({}, "note", { mine: ["t"] })],
  ["no keys of dialogs", file({}, "note", { mine: "t" })],
])("a file is refused: %s", (_, json) => {
  expect(readKeyFile(json, "note", noteCommands, dialogCommands)).toHaveProperty("refused");
});

test("a claimed key is named with both commands", () => {
  const [conflict] = conflictsOf(map({ accept: ["j"] }));
  expect(conflict?.key).toBe("j");
  expect(conflict?.commands.map((command) => command.id)).toEqual(["accept", "next"]);
});

test("a digit is a command like any other: it can be given another key, and is still known by its place", () => {
  const commands = digitCommands("take", (digit) => `reader ${digit}`);
  expect(commands.map((command) => placeOf("take", command.id))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const changed = keymap(commands, withKey(keymap(commands, {}), {}, "take2", "q"));
  expect(placeOf("take", changed.commandOf("q")!)).toBe(1);
  expect(changed.commandOf("2")).toBeUndefined();
  expect(placeOf("take", "undo")).toBeUndefined();
  expect(placeOf("take", "take")).toBeUndefined();
});
