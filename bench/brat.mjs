// Measures brat's page in Chromium upon the note that workbench.mjs gives ours: how long it takes to open, and to show one changed mention.
//   node bench/brat.mjs [--chromium /usr/bin/chromium] [--size 50000x1000]
// It is brat's client alone, as packed for npm, without its server (which needs Python 2): an edit in brat is a request, after which the client draws the
// whole document again, so what is measured is the part of an edit that no server makes shorter. One line of JSON a size.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { figures, labels, note, pause, startPage, until } from "./chromium.mjs";

const argument = (name) => process.argv.flatMap((value, at) => (value === name ? [process.argv[at + 1]] : []));
const chromium = argument("--chromium")[0] ?? "/usr/bin/chromium";
const sizes = argument("--size").length > 0 ? argument("--size") : ["50000x1000"];
const version = "0.3.42";
const sha512 = "FY3BMrLJX8+i0MmuPFgD/ZJlew9BwVObOgvQrDTufhUDnqRdvMutxIgW7JbWkd83BwNER4hvcvotD4LzWZDFQA==";
const work = mkdtempSync(join(tmpdir(), "clinicalnlp-brat-"));

/** The built client out of the package; what the package depends on is old and not needed for it, so it is not installed. */
function fetchBrat() {
  const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", `brat-frontend-editor@${version}`, "--json", "--pack-destination", work], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  const found = createHash("sha512").update(readFileSync(join(work, filename))).digest("base64");
  if (found !== sha512) throw new Error(`brat-frontend-editor ${version}: the package is not the one this was written for (sha512 ${found})`);
  execFileSync("tar", ["-xzf", join(work, filename), "-C", work]);
  return join(work, "package");
}

/** A page that opens the note the way brat's documentation embeds it. */
function bratPage(size) {
  const [length, count] = size.split("x").map(Number);
  const { text, spans } = note(length, count);
  const types = labels.map((type, at) => ({ type, name: type, children: [], labels: [type], bgColor: ["#ffccaa", "#aaccff", "#ccffaa", "#ffaacc", "#ccaaff"][at], borderColor: "darken", attributes: [] }));
  const collection = { entity_types: types, entity_attribute_types: [], relation_types: [], event_types: [], event_attribute_types: [], unconfigured_types: [], disambiguator_config: [], normalization_config: [], search_config: [], items: [], ui_names: { entities: "entities", events: "events", relations: "relations", attributes: "attributes" } };
  const document = {
    text,
    entities: spans.map(({ start, end, label }, at) => [`T${at + 1}`, label, [[start, end]]]),
    attributes: [], relations: [], triggers: [], events: [], comments: [], modifications: [], normalizations: [], equivs: [], source_files: [], messages: [], ctime: 0, mtime: 0,
  };
  const file = join(work, `${size}.html`);
  writeFileSync(
    file,
    `<!DOCTYPE html><meta charset="utf-8"><link rel="stylesheet" href="${pathToFileURL(join(packed, "dist/brat-frontend-editor.min.css"))}">
<script src="${pathToFileURL(join(packed, "dist/brat-frontend-editor.js"))}"></script><body><div id="brat"></div><script>
window.collection = ${JSON.stringify(collection)}; window.note = ${JSON.stringify(document).replaceAll("<", "\\u003c")}; window.drawn = 0;
addEventListener("load", () => {
  window.editor = new BratFrontendEditor(document.getElementById("brat"), window.collection, window.note, { showTooltip: true, maxFragmentLength: 0, webFontURLs: ["", "", ""], assetsPath: "" });
  const watch = () => window.editor.dispatcher ? window.editor.dispatcher.on("doneRendering", () => { window.drawn++; }) : setTimeout(watch, 1);
  watch();
});
</script>`,
  );
  return { file, text, spans };
}

async function measure(page, size) {
  const { file, text, spans } = bratPage(size);
  const from = performance.now();
  await page.tell("Page.navigate", { url: pathToFileURL(file).href });
  await until(page.evaluate, `window.drawn > 0 && document.querySelectorAll("svg .span rect").length > 0`);
  const open = performance.now() - from;
  await pause(500);

  const edits = [];
  for (let turn = 0; turn < 10; turn++) {
    edits.push(
      await page.evaluate(`new Promise((done) => {
        const from = performance.now(), before = window.drawn;
        window.note.entities[${turn}][1] = ${JSON.stringify(labels)}[${turn} % 3];
        window.editor.dispatcher.post("requestRenderData", [window.note]);
        const look = () => window.drawn === before ? setTimeout(look, 1)
          : requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => done(performance.now() - from); channel.port2.postMessage(0); });
        look();
      })`),
    );
  }
  console.log(JSON.stringify({ page: `brat ${version}`, characters: text.length, spans: spans.length, openMs: Math.round(open), editToPaintMs: figures(edits) }));
}

const packed = fetchBrat();
const page = await startPage(chromium, work);
try {
  for (const size of sizes) await measure(page, size);
} finally {
  page.child.kill();
  await pause(300);
  rmSync(work, { recursive: true, force: true });
}
