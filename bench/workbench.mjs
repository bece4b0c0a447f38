// Measures the workbench in Chromium upon the built service: how long a long note takes to open, to edit and to scroll.
//   ./build.sh && node bench/workbench.mjs [--chromium /usr/bin/chromium] [--size 50000x1000] [--size 1000000x20000]
// Prints one line of JSON a size. Key to paint is from the key going down to the frame that shows what it did.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const argument = (name) => process.argv.flatMap((value, at) => (value === name ? [process.argv[at + 1]] : []));
const chromium = argument("--chromium")[0] ?? "/usr/bin/chromium";
const sizes = argument("--size").length > 0 ? argument("--size") : ["50000x1000", "1000000x20000"];
const labels = ["PROBLEM", "MEDICATION", "DOSAGE", "TEST", "PROCEDURE"];
const work = mkdtempSync(join(tmpdir(), "clinicalnlp-workbench-"));

/** Lines of words with a heading now and then; a mention every so many characters, every tenth around the one before it. */
function note(length, count) {
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

async function startService() {
  const child = spawn(
    "dotnet",
    [join(root, "src/ClinicalNlp.Server/bin/Release/net10.0/ClinicalNlp.Server.dll"), "--port", "0", "--data", join(work, "data"), "--models", join(work, "none"), "--no-demo"],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("http")) return { child, address: new URL(line).origin };
  }
  throw new Error("the service did not start");
}

async function ask(address, path, body) {
  const answer = await fetch(address + path, body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {});
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  return answer.json();
}

/** A page of a browser of its own, spoken to over its pipe. */
async function startPage() {
  const child = spawn(
    chromium,
    ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--remote-debugging-pipe", "--window-size=1280,800", `--user-data-dir=${join(work, "profile")}`, "about:blank"],
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

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function until(evaluate, condition) {
  for (let tries = 0; tries < 1200; tries++) {
    if (await evaluate(condition)) return;
    await pause(25);
  }
  throw new Error(`never true: ${condition}`);
}

const press = async ({ tell }, key, modifiers = 0) => {
  const common = { key, modifiers, ...(key.length === 1 && modifiers === 0 ? { text: key } : {}), windowsVirtualKeyCode: key.toUpperCase().charCodeAt(0) };
  await tell("Input.dispatchKeyEvent", { type: "keyDown", ...common });
  await tell("Input.dispatchKeyEvent", { type: "keyUp", ...common });
};

const watch = `(() => {
  window.bench = { paints: [], long: [] };
  addEventListener("keydown", (event) => {
    const from = event.timeStamp;
    requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => window.bench.paints.push(performance.now() - from); channel.port2.postMessage(0); });
  }, true);
  new PerformanceObserver((list) => window.bench.long.push(...list.getEntries().map((entry) => entry.duration))).observe({ entryTypes: ["longtask"] });
})()`;

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const figures = (values) =>
  values.length === 0 ? null : { count: values.length, median: Math.round(quantile(values, 0.5)), p95: Math.round(quantile(values, 0.95)), worst: Math.round(Math.max(...values)) };

async function measure(address, page, size) {
  const [length, count] = size.split("x").map(Number);
  const project = await ask(address, "/v1/projects", { name: `bench ${size}`, labels: labels.map((name) => ({ name })) });
  const { text, spans } = note(length, count);
  const added = await ask(address, `/v1/projects/${project.id}/documents`, { offsetUnit: "utf16CodeUnit", documents: [{ text, spans }] });
  const id = added.items[0].id;
  const { revision } = await ask(address, `/v1/documents/${id}`);
  await ask(address, `/v1/documents/${id}/reopen`, { revision }).catch(() => {});

  const from = performance.now();
  await page.tell("Page.navigate", { url: `${address}/?${size}#/documents/${id}` });
  await until(page.evaluate, `!!document.querySelector(".cm-content .mention") && !!document.querySelector("button.reject, [data-testid=current], .mention-row")`);
  const open = performance.now() - from;
  await pause(500);
  await page.evaluate(watch);

  const kinds = {};
  for (const [name, keys] of Object.entries({ next: ["j"], relabel: ["1", "2", "3"], resize: ["}", "{"], undo: ["undo"], remove: ["x"] })) {
    await page.evaluate(`window.bench.paints.length = 0`);
    for (let turn = 0; turn < 20; turn++) {
      const key = keys[turn % keys.length];
      if (key === "undo") await press(page, "z", 2);
      else await press(page, key);
      await pause(turn % 5 === 4 ? 400 : 60); // both in a burst and with the answer of the service in between
    }
    await until(page.evaluate, `document.querySelector("[data-testid=saving]").dataset.saving === "saved"`);
    kinds[name] = figures(await page.evaluate(`window.bench.paints.slice()`));
  }
  const long = figures(await page.evaluate(`window.bench.long.slice()`));

  const frames = await page.evaluate(`new Promise((done) => {
    const scroller = document.querySelector(".cm-scroller"), times = [];
    const step = scroller.scrollHeight / 60;
    let last = performance.now(), at = 0;
    const frame = (now) => { times.push(now - last); last = now; scroller.scrollTop = ++at % 2 ? at * step : scroller.scrollTop + 400; at < 60 ? requestAnimationFrame(frame) : done(times); };
    requestAnimationFrame(frame);
  })`);
  console.log(JSON.stringify({ characters: text.length, spans: spans.length, openMs: Math.round(open), keyToPaintMs: kinds, longTasksMs: long, scrollFrameMs: figures(frames) }));
}

const service = await startService();
const page = await startPage();
try {
  for (const size of sizes) await measure(service.address, page, size);
} finally {
  page.child.kill();
  service.child.kill();
  await pause(300);
  rmSync(work, { recursive: true, force: true });
}
