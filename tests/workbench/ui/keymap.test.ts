import { expect, test } from "vitest";
import { noteCommands } from "@/features/note/commands.ts";
import { transcriptCommands } from "@/features/transcript/commands.ts";
import { conflictsOf, keymap, readKeyFile, withKey, withoutChoice, type KeyChoices } from "@/ui/keymap.ts";

const map = (choices: KeyChoices = {}) => keymap(noteCommands, choices);

test.each([
  ["note", noteCommands],
  ["transcript", transcriptCommands],
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

const file = (keys: unknown, page = "note") => JSON.stringify({ format: "clinicalnlp-keys", page, keys });

test("what was exported is read again", () => {
  const choices = withKey(map(), {}, "accept", "y");
  expect(readKeyFile(file(choices), "note", noteCommands)).toEqual({ choices });
});

test.each([
  ["not JSON", "{"],
  ["no keys", JSON.stringify({ format: "clinicalnlp-keys", page: "note", keys: { accept: "a" } })],
  ["another format", JSON.stringify({ page: "note", keys: {} })],
  ["another page", file({}, "transcript")],
  ["unknown command", file({ fly: ["f"] })],
  ["claimed twice", file({ accept: ["x"] })],
])("a file is refused: %s", (_, json) => {
  expect(readKeyFile(json, "note", noteCommands)).toHaveProperty("refused");
});

test("a claimed key is named with both commands", () => {
  const [conflict] = conflictsOf(map({ accept: ["j"] }));
  expect(conflict?.key).toBe("j");
  expect(conflict?.commands.map((command) => command.id)).toEqual(["accept", "next"]);
});
