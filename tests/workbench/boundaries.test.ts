// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const source = `${process.cwd()}/src`;

const imports = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
  .flatMap((file) =>
    [...readFileSync(join(source, file), "utf8").matchAll(/(?:from|import)\s+"([^"]+)"/g)].map((match) => ({
      file,
      target: match[1]!.startsWith(".") ? relative(source, resolve(source, dirname(file), match[1]!)) : match[1]!,
    })),
  );

const breaking = (rule: (from: string, to: string) => boolean) =>
  imports.filter(({ file, target }) => rule(file, target)).map(({ file, target }) => `${file} → ${target}`);

const featureOf = (path: string) => /^features\/([^/]+)/.exec(path)?.[1];

test("one feature never imports another, and none knows the frame around it", () => {
  expect(imports.length).toBeGreaterThan(100);
  expect(breaking((from, to) => !!featureOf(from) && !!featureOf(to) && featureOf(from) !== featureOf(to))).toEqual([]);
  expect(breaking((from, to) => !!featureOf(from) && to.startsWith("app/"))).toEqual([]);
});

test("what features share knows no feature; text knows nothing; state logic knows no React", () => {
  const shared = /^(api|comments|corrections|text|ui)\//;
  expect(breaking((from, to) => shared.test(from) && /^(features|app)\//.test(to))).toEqual([]);
  expect(breaking((from, to) => from.startsWith("text/") && !to.startsWith("text/"))).toEqual([]);
  const pure = /^(text\/|comments\/threads|corrections\/(apply|history|undoStacks|indexedHistory|journal|rebase|session)\.|ui\/keymap|features\/note\/(commands|decisions|identity|labelKeys|repeat|walk))/;
  expect(breaking((from, to) => pure.test(from) && /^(react|@codemirror)/.test(to))).toEqual([]);
});

test("a class on its own is given its looks by one style sheet: a second one changes pages that it does not know", () => {
  const sheetsOf = new Map<string, Set<string>>();
  for (const file of readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".css"))) {
    const rules = readFileSync(join(source, file), "utf8").replace(/\/\*[^]*?\*\//g, "");
    for (const [, selectors] of rules.matchAll(/([^{}]+)\{/g)) {
      for (const selector of selectors!.split(",").map((one) => one.trim())) {
        if (/^\.[\w-]+$/.test(selector)) sheetsOf.set(selector, (sheetsOf.get(selector) ?? new Set()).add(file));
      }
    }
  }
  expect(sheetsOf.size).toBeGreaterThan(100);
  expect([...sheetsOf].filter(([, sheets]) => sheets.size > 1).map(([selector]) => selector)).toEqual([]);
});

test("nothing asks for what browsers have only where the page came by https", () => {
  const secureOnly = /\bcrypto\.(randomUUID|subtle)\b|navigator\.(locks|serviceWorker|storage)\b|navigator\.clipboard(?!\?)/;
  const asking = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.tsx?$/.test(file) && secureOnly.test(readFileSync(join(source, file), "utf8")),
  );
  expect(asking).toEqual([]);
});
