// What a change of labels, relation types, attributes, values or intents is called. Pure.

export const changeWords = {
  add: "Add",
  edit: "Edit",
  rename: "Rename",
  merge: "Merge",
  split: "Split",
  remove: "Remove",
  restore: "Restore",
  take_back: "Take back",
} as const;

export type ChangeWord = keyof typeof changeWords;
