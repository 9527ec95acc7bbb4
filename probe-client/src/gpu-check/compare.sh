#!/usr/bin/env bash
# Compares what the probe reports of NVIDIA cards with what nvidia-smi reports at the same moment, idle and under load. Needs
# nothing but bash, awk and nvidia-smi; the folder of the probe may bring its own Java runtime (runtime.sh puts it there).
#
# Usage: compare.sh [--probe FOLDER] [--rounds N] [--load COMMAND] [--warm-up SECONDS]
#   --probe     the probe's self-contained folder; else the one that this script lies in
#   --rounds    how often to compare, idle and again under load (5)
#   --load      a command that keeps the cards busy, for example './gpu-burn 600'; without it they are compared as they are.
#               It is ended, with all that it has started, at the end
#   --warm-up   how long the load runs before the first comparison (10)
#
# Each round asks nvidia-smi, the probe, and nvidia-smi again. What the probe reports must lie between the two answers, with the
# tolerances in differences.awk (temperature: 1 °C; of memory, whose sensors waver by 2 °C under load, 3 °C). Exit code: 0 all
# does, 1 something does not, 2 it cannot be compared.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
folder=$here/..
rounds=5
load=
warm_up=10
fields=uuid,temperature.gpu,temperature.memory,memory.used,memory.total,power.draw,enforced.power.limit,clocks.sm
fields=$fields,clocks.mem,utilization.gpu,utilization.memory,fan.speed,pstate
fields=$fields,ecc.errors.corrected.volatile.total,ecc.errors.uncorrected.volatile.total

fail() {
    echo "compare.sh: $1" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
        --probe | --rounds | --load | --warm-up) [ $# -ge 2 ] || fail "$1 needs a value" ;;
        -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) fail "unknown option '$1' (--help shows all)" ;;
    esac
    case $1 in
        --probe) folder=$2 ;;
        --rounds) rounds=$2 ;;
        --load) load=$2 ;;
        --warm-up) warm_up=$2 ;;
    esac
    shift 2
done
whole() {
    case $2 in
        '' | *[!0-9]* | ?????*) fail "$1 must be a whole number up to 9999, but is '$2'" ;;
    esac
}
whole --rounds "$rounds"
whole --warm-up "$warm_up"
rounds=$((10#$rounds))
[ "$rounds" -ge 1 ] || fail "--rounds must be at least 1"

probe=$folder/bin/emberwatch-probe
[ -x "$probe" ] || fail "no bin/emberwatch-probe in $folder: name the probe's folder with --probe"
command -v nvidia-smi >/dev/null || fail "no nvidia-smi found: it comes with NVIDIA's driver"
command -v awk >/dev/null || fail "no awk found"

# A call that hangs is a result too, and must not take this script with it.
limited() {
    if command -v timeout >/dev/null; then timeout 60 "$@"; else "$@"; fi
}

work=$(mktemp -d)
load_group=
end_load() {
    if [ -n "$load_group" ]; then
        kill -TERM -- "-$load_group" 2>/dev/null || true
        wait "$load_group" 2>/dev/null || true
        # What did not heed it.
        kill -KILL -- "-$load_group" 2>/dev/null || true
        load_group=
    fi
}
trap 'end_load; rm -rf "$work"' EXIT
trap 'exit 2' INT TERM

ask_nvidia_smi() {
    limited nvidia-smi --query-gpu="$fields" --format=csv,noheader,nounits >"$1" 2>"$work/error" ||
        fail "nvidia-smi failed: $(cat "$1" "$work/error" | head -n 3 | tr '\n' ' ')"
    [ -s "$1" ] || fail "nvidia-smi shows no card"
}

compare() {
    ask_nvidia_smi "$work/before"
    limited "$probe" sample --json >"$work/sample" 2>"$work/error" ||
        fail "the probe failed: $(head -n 3 "$work/error" | tr '\n' ' ')"
    ask_nvidia_smi "$work/after"
    awk -f "$here/gpus.awk" "$work/sample" >"$work/probe" || fail "what the probe printed cannot be read"
    # An empty file would not be counted as one.
    echo >>"$work/probe"
    awk -v when="$1" -v fields="$fields" -f "$here/differences.awk" "$work/probe" "$work/before" "$work/after" \
        >"$work/table"
    grep -v '^difference ' "$work/table" || true
    sed -n 's/^difference //p' "$work/table" >>"$work/differences"
}

: >"$work/differences"
echo "compared at $(date -u +%Y-%m-%dT%H:%M:%SZ), $("$probe" --version 2>/dev/null | head -n 1)," \
    "driver $(limited nvidia-smi --query-gpu=driver_version --format=csv,noheader | head -n 1)"
for ((round = 1; round <= rounds; round++)); do
    compare "as it is, round $round of $rounds"
done
if [ -n "$load" ]; then
    # A process group of its own, so that all of it can be ended.
    set -m
    bash -c "$load" >"$work/load" 2>&1 </dev/null &
    load_group=$!
    set +m
    sleep "$warm_up"
    for ((round = 1; round <= rounds; round++)); do
        compare "under load, round $round of $rounds"
        kill -0 "$load_group" 2>/dev/null ||
            fail "the load ended before it was measured: $(tail -n 3 "$work/load" | tr '\n' ' ')"
    done
    end_load
fi

echo
if [ -s "$work/differences" ]; then
    echo "Out of tolerance:"
    sed 's/^/  /' "$work/differences"
    exit 1
fi
echo "All values agree."
