#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/tsan/qt.sh DIRECTORY: builds what the service and its tests need of Qt, and SQLite, for the thread sanitizer,
# from Debian's sources; they stay in DIRECTORY, a gigabyte. Takes half an hour on two cores; a second call goes on
# where the first one ended. tests/tsan/run.sh runs the tests with it.
#
# QtHttpServer stays Debian's: it starts no thread, and nothing of it is shared between lanes.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=packaging/common.sh
. "$here/packaging/common.sh"
[[ $# -eq 1 ]] || stop "$exit_usage" "Usage: tests/tsan/qt.sh DIRECTORY"
ensure_packages "${build_packages[@]}" "${tsan_packages[@]}"
mkdir -p "$1"
cd "$1"

# fetch NAME FOLDER: unpacks a source package. The system's own lists of packages need not name sources.
fetch() {
    [[ ! -d $2 ]] || return 0
    local apt=(apt-get -o Dir::Etc::sourcelist="$PWD/sources.list" -o Dir::Etc::sourceparts=-
        -o Dir::State::lists="$PWD/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1)
    if [[ ! -d lists ]]; then
        echo "deb-src http://deb.debian.org/debian $(. /etc/os-release && echo "$VERSION_CODENAME") main" >sources.list
        mkdir -p lists/partial
        "${apt[@]}" update
    fi
    say "Fetching $1"
    "${apt[@]}" source --only-source --download-only "$1"
    dpkg-source --no-check --extract "$1"_*.dsc "$2"
}

fetch qt6-base qtbase
fetch sqlite3 sqlite

# The build tree is used as it is: the prefix says so. Nothing that draws, no other library that can do without.
say "Building Qt for the thread sanitizer"
options=(-DCMAKE_INSTALL_PREFIX="$PWD/qt" -DECM_ENABLE_SANITIZERS=thread -DCMAKE_BUILD_TYPE=RelWithDebInfo)
for flags in CMAKE_C_FLAGS_RELWITHDEBINFO CMAKE_CXX_FLAGS_RELWITHDEBINFO; do
    options+=("-D$flags=-O1 -g1")
done
for feature in gui widgets dbus icu glib libproxy gssapi sql_odbc sql_mysql sql_psql openssl_linked mimetype_database; do
    options+=("-DFEATURE_$feature=OFF")
done
options+=(-DINPUT_openssl=runtime)
for feature in openssl system_sqlite system_pcre2 system_doubleconversion system_zlib; do
    options+=("-DFEATURE_$feature=ON")
done
cmake -S qtbase -B qt -G Ninja -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "${options[@]}" >qt.log
cmake --build qt --target Core Network Sql Test Concurrent QSQLiteDriverPlugin QTlsBackendOpenSSLPlugin \
    moc rcc tracegen qlalr

# Found beside Qt by its driver, before the system's. What Debian builds it with, but for one option that changes the
# grammar.
if [[ ! -e qt/lib/libsqlite3.so.0 ]]; then
    say "Building SQLite for the thread sanitizer"
    mapfile -t defines < <(grep -o -- '-DSQLITE[A-Z0-9_=]*' sqlite/debian/rules | grep -v UPDATE_DELETE_LIMIT)
    mkdir -p amalgamation
    (cd amalgamation && ../sqlite/configure --disable-tcl >../sqlite.log 2>&1 && make sqlite3.c >>../sqlite.log 2>&1)
    gcc -shared -fPIC -O1 -g1 -fsanitize=thread "${defines[@]}" -Wl,-soname,libsqlite3.so.0 \
        -o qt/lib/libsqlite3.so.0 amalgamation/sqlite3.c -lm
fi
say "Done. Next: tests/tsan/run.sh $PWD"
