#!/usr/bin/env bash
# Installs what the tests need, runs the .NET, web and browser tests, and ends with one line: N passed, N failed, N skipped.
set -uo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$root"
results="$root/artifacts/test-results"
rm -rf "$results" && mkdir -p "$results"
broken=0

# The browser tests drive Debian's Chromium; where it cannot be installed they skip and say so.
if ! command -v chromium >/dev/null 2>&1; then
    as_root=""; [[ "$(id -u)" == 0 ]] || as_root="sudo -n"
    if command -v apt-get >/dev/null 2>&1; then
        echo "Installing chromium for the browser tests"
        { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >"$results/apt.log" 2>&1 \
            || echo "chromium could not be installed: the browser tests will be skipped ($results/apt.log)"
    fi
fi

./build.sh --all || { echo "The build failed." >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

(cd src/Workbench && npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="$results/workbench.json") || broken=1

for project in ClinicalNlp.Tests ClinicalNlp.Server.Tests; do
    dotnet test "tests/$project" -c Release --no-build --nologo -v quiet --logger "trx;LogFileName=$project.trx" --logger "console;verbosity=minimal" --results-directory "$results" || broken=1
done

node - "$results" "$broken" <<'SUM'
const { readdirSync, readFileSync } = require("node:fs");
const [, , folder, broken] = process.argv;
let passed = 0, failed = 0, skipped = 0;
const expected = ["ClinicalNlp.Tests.trx", "ClinicalNlp.Server.Tests.trx", "workbench.json"];
const found = readdirSync(folder);
for (const file of expected) {
  if (!found.includes(file)) { console.log(`${file} is missing: its runner did not finish`); failed++; continue; }
  const text = readFileSync(`${folder}/${file}`, "utf8");
  if (file.endsWith(".json")) {
    const run = JSON.parse(text);
    passed += run.numPassedTests; failed += run.numFailedTests; skipped += run.numPendingTests + run.numTodoTests;
    if (!run.success && run.numFailedTests === 0) failed++;
  } else {
    const counter = (name) => Number(new RegExp(`<Counters[^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
    const notRun = counter("total") - counter("executed");
    passed += counter("passed"); failed += counter("failed") + counter("error") + counter("timeout") + counter("aborted"); skipped += notRun;
  }
}
if (broken !== "0" && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
SUM
