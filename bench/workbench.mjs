// Measures the workbench in Chromium upon the built service: how long a long note takes to open, to edit and to scroll.
//   ./build.sh && node bench/workbench.mjs [--chromium /usr/bin/chromium] [--size 50000x1000] [--size 1000000x20000]
// Prints one line of JSON a size. Key to paint is from the key going down to the frame that shows what it did.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { figures, labels, note, pause, press, startPage, until } from "./chromium.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const argument = (name) => process.argv.flatMap((value, at) => (value === name ? [process.argv[at + 1]] : []));
const chromium = argument("--chromium")[0] ?? "/usr/bin/chromium";
const sizes = argument("--size").length > 0 ? argument("--size") : ["50000x1000", "1000000x20000"];
const work = mkdtempSync(join(tmpdir(), "clinicalnlp-workbench-"));

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

const watch = `(() => {
  window.bench = { paints: [], long: [] };
  addEventListener("keydown", (event) => {
    const from = event.timeStamp;
    requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => window.bench.paints.push(performance.now() - from); channel.port2.postMessage(0); });
  }, true);
  new PerformanceObserver((list) => window.bench.long.push(...list.getEntries().map((entry) => entry.duration))).observe({ entryTypes: ["longtask"] });
})()`;

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
const page = await startPage(chromium, work);
try {
  for (const size of sizes) await measure(service.address, page, size);
} finally {
  page.child.kill();
  service.child.kill();
  await pause(300);
  rmSync(work, { recursive: true, force: true });
}
