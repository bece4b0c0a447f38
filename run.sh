#!/usr/bin/env bash
# Builds what has changed and starts the service: ./run.sh [--port N] [--data DIR] [any other option of the server]
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
"$root/build.sh"

arguments=("$@")
has_option() { local wanted="$1" given; for given in "${arguments[@]:+${arguments[@]}}"; do [[ "$given" == "$wanted" || "$given" == "$wanted="* ]] && return 0; done; return 1; }
has_option --data || arguments+=(--data "$root/data")

exec dotnet "$root/src/ClinicalNlp.Server/bin/Release/net10.0/ClinicalNlp.Server.dll" "${arguments[@]}"
