#!/usr/bin/env bash
# Builds the workbench and the .NET projects, each only when a file of it is newer than its last build. ./build.sh [--all] adds the tests.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$root"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

need() { command -v "$1" >/dev/null 2>&1 || { echo "$2 is needed and '$1' was not found: install it and start again." >&2; exit 1; }; }
need dotnet "The .NET 10 SDK"
need node "Node.js 20 or newer"
need npm "npm (it comes with Node.js)"
dotnet --version >/dev/null 2>&1 || { echo "The .NET 10 SDK is needed (global.json); found: $(dotnet --list-sdks 2>/dev/null | tr '\n' ' ')" >&2; exit 1; }
major="$(node -p 'process.versions.node.split(".")[0]')"
[[ "$major" -ge 20 ]] || { echo "Node.js 20 or newer is needed; found $(node --version)." >&2; exit 1; }

stamps="$root/artifacts/stamps"
mkdir -p "$stamps"

# fresh STAMP PATH...: true when the stamp exists and nothing under the paths is newer than it.
fresh() {
    local stamp="$1"; shift
    [[ -f "$stamp" ]] || return 1
    [[ -z "$(find "$@" \( -name node_modules -o -name bin -o -name obj -o -name wwwroot \) -prune -o -type f -newer "$stamp" -print -quit)" ]]
}

web="$root/src/Workbench"
if ! fresh "$stamps/npm" "$web/package.json" "$web/package-lock.json" || [[ ! -d "$web/node_modules" ]]; then
    echo "Installing the workbench's packages"
    (cd "$web" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    touch "$stamps/npm"
fi
if ! fresh "$stamps/web" "$web" || [[ ! -f "$root/src/ClinicalNlp.Server/wwwroot/index.html" ]]; then
    echo "Building the workbench"
    (cd "$web" && npm run --silent build)
    touch "$stamps/web"
fi

sources=(src/OnnxRuntime src/ClinicalNlp src/ClinicalNlp.Training src/ClinicalNlp.Annotation src/ClinicalNlp.Server src/ClinicalNlp.Cli)
files=(Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt ClinicalNlp.sln)
if [[ "${1:-}" == "--all" ]]; then
    fresh "$stamps/tests" "${sources[@]}" tests "${files[@]}" || { echo "Building the projects and their tests"; dotnet build ClinicalNlp.sln -c Release -v quiet -clp:NoSummary; touch "$stamps/tests" "$stamps/dotnet"; }
else
    fresh "$stamps/dotnet" "${sources[@]}" "${files[@]}" && [[ -f src/ClinicalNlp.Server/bin/Release/net10.0/ClinicalNlp.Server.dll ]] || {
        echo "Building the service (the first time fetches its packages: a minute or two)"
        dotnet build src/ClinicalNlp.Server -c Release -v quiet -clp:NoSummary
        dotnet build src/ClinicalNlp.Cli -c Release -v quiet -clp:NoSummary
        touch "$stamps/dotnet"
    }
fi
