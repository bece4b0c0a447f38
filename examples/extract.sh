#!/usr/bin/env bash
# Entities, an intent, and a document that is suggested and marked done: ./extract.sh [ADDRESS]
set -euo pipefail
service="${1:-http://127.0.0.1:5080}"
auth=(); [[ -z "${CLINICALNLP_KEY:-}" ]] || auth=(-H "authorization: Bearer $CLINICALNLP_KEY")
post() { curl -sS --fail-with-body "${auth[@]+"${auth[@]}"}" -H 'content-type: application/json' -d "$2" "$service$1"; }
field() { node -pe 'const answer = JSON.parse(require("node:fs").readFileSync(0, "utf8")); '"$1"; }

post /v1/extract '{"text":"Started metformin 500 mg PO BID for T2DM, denies chest pain."}'; echo
post /v1/intents '{"text":"pls move my tuesday appt to next week","previousTurns":[{"speaker":"bot","text":"How can I help?"}]}'; echo

project="$(post /v1/projects "{\"name\":\"example $RANDOM$RANDOM\",\"labels\":[{\"name\":\"PROBLEM\"},{\"name\":\"MEDICATION\"}]}" | field 'answer.id')"
document="$(post "/v1/projects/$project/documents" '{"documents":[{"externalId":"n1","text":"Takes metformin for gout."}]}' | field 'answer.items[0].id')"
revision="$(post "/v1/documents/$document/suggestions" '{}' | field 'answer.revision')"
post "/v1/documents/$document/complete" "{\"revision\":$revision,\"undecided\":\"accept\",\"idempotencyKey\":\"example-1\"}" | field 'answer.document.status'
