#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/fuzz/run.sh SECONDS [NAME ...]: builds the fuzzers with clang and runs each (or those named) that long, two
# at a time. New inputs stay in build/fuzz/corpus; an input that breaks something is left beside them, and the exit
# is 1. FUZZ_SEED gives all of them that seed, so that a run goes much the same way each time; else they go a new way.
set -eu
if [ $# -lt 1 ] || ! [ "$1" -gt 0 ] 2>/dev/null; then
    echo "Usage: tests/fuzz/run.sh SECONDS [NAME ...]" >&2
    exit 2
fi
seconds=$1
shift
cd "$(dirname "$0")/../.."
command -v clang++ >/dev/null || { echo "clang++ is missing; install clang." >&2; exit 2; }

cmake -B build/fuzz -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug \
    "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1" -DQUOTA_BUILD_FUZZERS=ON -DQUOTA_BUILD_CONSOLE=OFF \
    -DQUOTA_SANITIZE=address,undefined >/dev/null
cmake --build build/fuzz --target fuzzers

if [ $# -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.cpp; do
        name=$(basename "$source" .cpp)
        set -- "$@" "${name#fuzz_}"
    done
fi
for name in "$@"; do
    mkdir -p "build/fuzz/corpus/$name"
done

# Each writes to a log of its own. What failed is told last, where the end of a long output shows it.
export seconds
export FUZZ_SEED="${FUZZ_SEED:-0}"
code=0
# shellcheck disable=SC2016
printf '%s\n' "$@" | xargs -P 2 -I NAME sh -c '
    name=$1
    log=build/fuzz/corpus/$name.log
    rm -f "$log.failed"
    "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -max_len=16384 -timeout=10 \
        -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 -seed="$FUZZ_SEED" \
        -artifact_prefix="build/fuzz/corpus/$name-broken-" \
        "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1 || {
        touch "$log.failed"
        exit 1
    }
    echo "== $name, $seconds s"
    sed -n "/^stat::/p" "$log"' sh NAME || code=1
for name in "$@"; do
    if [ -e "build/fuzz/corpus/$name.log.failed" ]; then
        echo "== $name failed"
        tail -n 80 "build/fuzz/corpus/$name.log" | cut -c 1-500
        # So that it can be kept as a seed and tried again.
        for input in "build/fuzz/corpus/$name-broken-"*; do
            [ -e "$input" ] && echo "-- $input" && base64 "$input" | head -n 40
        done
    fi
done
exit $code
