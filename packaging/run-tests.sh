#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing on Debian 12, builds everything with warnings as errors, runs all tests. Ends with
# CTest's summary and CTest's exit code.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=packaging/common.sh
source packaging/common.sh

usage() {
    cat <<'TEXT'
Usage: packaging/run-tests.sh [-- CTEST OPTIONS]

Installs missing packages with apt-get (through sudo when not root), builds the preset “dev” and runs its
tests. What stands after -- goes to ctest, for example: packaging/run-tests.sh -- -R ledger

Exit code: that of ctest; 1 when the build fails; 2 wrong use; 3 not a Debian-like system; 4 neither root nor
sudo; 5 apt-get failed. QUOTA_SKIP_PACKAGES=1 leaves packages alone.
TEXT
}

case ${1:-} in
'') ;;
--) shift ;;
-h | --help)
    usage
    exit 0
    ;;
*)
    usage >&2
    stop "$exit_usage" "'$1' is not known here."
    ;;
esac

ensure_packages "${build_packages[@]}" "${test_packages[@]}"
build dev -DQUOTA_WERROR=ON
say "Running the tests."
exec ctest --preset dev "$@"
