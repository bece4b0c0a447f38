// What the measurements of pages share: a browser driven over its pipe, and the note that every page is given.
import { spawn } from "node:child_process";
import { join } from "node:path";

export const labels = ["PROBLEM", "MEDICATION", "DOSAGE", "TEST", "PROCEDURE"];

/** Lines of words with a heading now and then; a mention every so many characters, every tenth around the one before it. */
export function note(length, count) {
  const words = ["metformin", "cough", "since", "Monday", "and", "no", "chest", "pain", "500", "mg", "daily", "asthma", "left", "knee"];
  let text = "";
  for (let line = 0, word = 0; text.length < length - 100; line++) {
    if (line % 40 === 0) text += `SECTION ${line / 40 + 1}\n`;
    for (let at = 0; at < 9; at++) text += `${words[(word = (word * 31 + 7 + line) % 997) % words.length]} `;
    text = `${text.trimEnd()}.\n`;
  }
  const every = Math.floor(text.length / count);
  const spans = [];
  for (let at = 0; at < count; at++) {
    let start = at * every;
    while (/\s/.test(text[start])) start++;
    while (start > 0 && !/\s/.test(text[start - 1])) start--;
    let end = start;
    while (end < text.length && !/[\s.]/.test(text[end])) end++;
    if (at % 10 === 1) start = spans.at(-1).start;
    if (text.slice(start, end).includes("\n")) start = text.lastIndexOf("\n", end) + 1;
    spans.push({ start, end: Math.max(end, start + 1), label: labels[at % labels.length] });
  }
  return { text, spans };
}

/** A page of a browser of its own, spoken to over its pipe. */
export async function startPage(chromium, profile) {
  const child = spawn(
    chromium,
    ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--remote-debugging-pipe", "--window-size=1280,800", `--user-data-dir=${join(profile, "profile")}`, "about:blank"],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const waiting = new Map();
  let rest = "";
  child.stdio[4].on("data", (chunk) => {
    const parts = (rest + chunk).split("\0");
    rest = parts.pop();
    for (const message of parts.map((part) => JSON.parse(part))) {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  let ids = 0;
  const send = (method, params = {}, sessionId) =>
    new Promise((done, fail) => {
      const id = ++ids;
      waiting.set(id, (message) => (message.error ? fail(new Error(`${method}: ${message.error.message}`)) : done(message.result)));
      child.stdio[3].write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const tell = (method, params) => send(method, params, sessionId);
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await tell("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  return { child, tell, evaluate };
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(evaluate, condition) {
  for (let tries = 0; tries < 1200; tries++) {
    if (await evaluate(condition)) return;
    await pause(25);
  }
  throw new Error(`never true: ${condition}`);
}

export const press = async ({ tell }, key, modifiers = 0) => {
  const common = { key, modifiers, ...(key.length === 1 && modifiers === 0 ? { text: key } : {}), windowsVirtualKeyCode: key.toUpperCase().charCodeAt(0) };
  await tell("Input.dispatchKeyEvent", { type: "keyDown", ...common });
  await tell("Input.dispatchKeyEvent", { type: "keyUp", ...common });
};

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
export const figures = (values) =>
  values.length === 0 ? null : { count: values.length, median: Math.round(quantile(values, 0.5)), p95: Math.round(quantile(values, 0.95)), worst: Math.round(Math.max(...values)) };
