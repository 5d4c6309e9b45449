#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/tsan/run.sh DIRECTORY [ARGUMENT ...]: builds the service and its tests against what tests/tsan/qt.sh left in
# DIRECTORY, and runs them with four lanes. Arguments are ctest's, such as -R service_proxy. A test fails on a race that
# tests/tsan.supp does not explain.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
if [[ $# -lt 1 || ! -d $1/qt/lib/cmake ]]; then
    echo "Usage: tests/tsan/run.sh DIRECTORY [ARGUMENT ...], where DIRECTORY is what tests/tsan/qt.sh made." >&2
    exit 2
fi
qt=$(cd "$1" && pwd)/qt
shift
cd "$here"

# What is not instrumented comes from the system.
modules=/usr/lib/$(gcc -dumpmachine)/cmake
cmake --preset tsan -DQUOTA_BUILD_CONSOLE=OFF -DCMAKE_PREFIX_PATH="$qt" \
    -DQt6HttpServer_DIR="$modules/Qt6HttpServer" -DQt6WebSockets_DIR="$modules/Qt6WebSockets" \
    -DQt6LinguistTools_DIR="$modules/Qt6LinguistTools" >/dev/null
cmake --build --preset tsan

export LD_LIBRARY_PATH=$qt/lib QUOTA_TEST_LANES=${QUOTA_TEST_LANES:-4}
export TSAN_OPTIONS="suppressions=$here/tests/tsan.supp history_size=4 second_deadlock_stack=1 die_after_fork=0 ${TSAN_OPTIONS:-}"
ctest --preset tsan "$@"
