#!/usr/bin/env bash
# Measures everything that BENCHMARKS.md and the model cards say, beside what else a user would install. ./bench.sh --help
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$root"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

usage() {
    cat <<'HELP'
./bench.sh [PART...] [OPTION...]

  all          every part below, then the report (the default; about 25 minutes on two cores that do nothing else)
  models       measures every score in the cards of the newest models again; fails where one differs by more than 0.1 points
  entities     trains on BC5CDR and NCBI-disease with the command line; the shipped model on every dev set
  intents      trains on CLINC150, vaccine intents, BANKING77 and HWU64; the shipped model on our held-out utterances
  speed        the shipped models from raw text: tokens/s, utterances/s, latency, memory
  peers        OpenNLP, fastText, a scikit-learn linear SVM and nlp.js on the same files, on this machine
  load         50 simulated annotators for ten minutes, 8 writers on one document with kill -9 in between (not part of all)
  schema       8 people save while a label of a million mentions is renamed, merged, unmerged and removed (not part of all)
  pages        a note of 50,000 characters and 1,000 mentions opened and edited in Chromium: the workbench, then brat's client (not part of all)
  errors       errors are planted in our own notes and utterances, and cross-validated models look for them (not part of all)
  report       writes the tables of BENCHMARKS.md from the results
  splits       only writes the fixed splits of BANKING77 and HWU64

  --quick      our own corpora only, seconds instead of minutes; its figures mean nothing and go to artifacts/bench/quick.md
  --seeds 1,2  seeds of the trained models (1,2,3)
  --again      measure also what was measured before and has not changed since
  --results F  the results file (artifacts/bench/results.json; a run that was interrupted goes on where it stopped)
  --report F   where the report is written (BENCHMARKS.md)
  --no-install installs nothing; peers that are not there are left out with a message

Public corpora are read from ../shared/corpora (or $CLINICALNLP_SHARED/corpora); without them what needs them is left out.
Figures on them are dev figures. Debian's packages are installed with apt-get where this runs as root or with sudo, nlp.js with npm.
HELP
}

parts=() options=() install=yes
while [[ $# -gt 0 ]]; do
    case "$1" in
        -h | --help) usage; exit 0 ;;
        --no-install) install=no ;;
        --quick) options+=(--quick) ;;
        --seeds | --results | --report) [[ $# -ge 2 ]] || { echo "bench: $1 needs a value" >&2; exit 2; }; options+=("$1" "$2"); shift ;;
        --again) options+=("$1") ;;
        all | models | entities | intents | speed | peers | load | schema | pages | errors | report | splits) parts+=("$1") ;;
        *) echo "bench: there is no part or option $1; see ./bench.sh --help" >&2; exit 2 ;;
    esac
    shift
done
[[ ${#parts[@]} -gt 0 ]] || parts=(all)

# debian COMMAND PACKAGE...: installs the packages unless the command succeeds; a failure leaves the peer out, no more.
debian() {
    local check="$1"; shift
    eval "$check" >/dev/null 2>&1 && return
    [[ "$install" == yes ]] || return 0
    local as_root=""; [[ "$(id -u)" == 0 ]] || as_root="sudo -n"
    command -v apt-get >/dev/null 2>&1 || { echo "without apt-get: not installed: $*"; return 0; }
    echo "installing $*"
    { { [[ -n "${updated:-}" ]] || $as_root apt-get update -qq; } && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
        >>"$root/artifacts/bench/install.log" 2>&1 || echo "could not be installed: $* (artifacts/bench/install.log)"
    updated=yes
}

mkdir -p artifacts/bench
case " ${parts[*]} " in *" all "* | *" peers "* | *" speed "* | *" entities "* | *" intents "*) debian "test -x /usr/bin/time" time ;; esac
case " ${parts[*]} " in
    *" all "* | *" peers "*)
        debian "command -v opennlp" opennlp
        debian "command -v fasttext" fasttext
        debian "/usr/bin/python3 -c 'import sklearn'" python3-sklearn
        if [[ ! -d bench/node_modules/@nlpjs/basic && "$install" == yes ]]; then
            echo "installing nlp.js"
            (cd bench && npm ci --ignore-scripts --loglevel=error) >>artifacts/bench/install.log 2>&1 || echo "could not be installed: nlp.js (artifacts/bench/install.log)"
        fi
        ;;
esac

case " ${parts[*]} " in *" load "* | *" schema "* | *" pages "*) ./build.sh ;; esac
case " ${parts[*]} " in *" pages "*) debian "command -v chromium" chromium ;; esac
echo "building"
dotnet build tests/ClinicalNlp.Benchmarks -c Release -v quiet -clp:NoSummary
bench=(dotnet exec tests/ClinicalNlp.Benchmarks/bin/Release/net10.0/ClinicalNlp.Benchmarks.dll)
failed=0
for part in "${parts[@]}"; do
    if [[ "$part" == pages ]]; then
        node bench/workbench.mjs --size 50000x1000 && node bench/brat.mjs || failed=1
        continue
    fi
    "${bench[@]}" "$part" ${options[@]+"${options[@]}"} || failed=1
done
exit "$failed"
