# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034 # others use the constants
# Read by the scripts beside it and by .ci/run: packages, building, and words for a person.

# Exit codes of every script here.
readonly exit_usage=2            # wrong use
readonly exit_not_debian=3       # no apt-get: packages are yours to install
readonly exit_not_root=4         # packages are missing, and neither root nor sudo is there
readonly exit_packages_refused=5 # apt-get failed; its own words stand above

# What building and running needs. Some are wanted by the CMake files of Qt only: WebSockets by QtHttpServer, which
# does not depend on it; OpenGL by Charts; xkbcommon by Gui.
readonly build_packages=(
    git build-essential cmake ninja-build ccache pkg-config
    qt6-base-dev qt6-base-dev-tools libqt6sql6-sqlite qt6-charts-dev qt6-svg-dev
    qt6-httpserver-dev qt6-websockets-dev
    qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools
    libqt6opengl6-dev libgl-dev libxkbcommon-dev
    libexpected-dev libsodium-dev qtkeychain-qt6-dev
    zlib1g-dev libbrotli-dev libzstd-dev libarchive-dev libsqlite3-dev
    tzdata
)
# What quickstart.sh calls besides, and what a window needs: Chinese text, and Wayland.
readonly quickstart_packages=(curl jq ca-certificates fonts-noto-cjk qt6-wayland)
# What the tests need besides.
readonly test_packages=(curl jq ca-certificates fonts-noto-cjk openssl)
# What tests/bench/run measures against.
readonly bench_packages=(nginx libnginx-mod-http-lua)
# The programs that tests/whole/peers/run sets beside the service; those of Node.js apart.
readonly peer_packages=(python3 curl openssl nginx caddy tinyproxy microsocks libnss-wrapper)
readonly peer_node_packages=(nodejs npm)
# What tests/tsan/qt.sh builds Qt and SQLite with besides.
readonly tsan_packages=(dpkg-dev libssl-dev libpcre2-dev libdouble-conversion-dev libb2-dev libsqlite3-dev tcl)
# What .ci/run calls besides. The sanitizers come with the compilers.
readonly ci_packages=(clang-format shellcheck clang libclang-rt-14-dev)

say() {
    printf '==> %s\n' "$*"
}

# stop CODE WORDS...: says why and leaves.
stop() {
    local code=$1
    shift
    printf 'error: %s\n' "$*" >&2
    exit "$code"
}

is_installed() {
    dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# Installs those of the named Debian packages that are missing; touches nothing when none is.
ensure_packages() {
    if [[ -n ${QUOTA_SKIP_PACKAGES:-} ]]; then
        say "QUOTA_SKIP_PACKAGES is set: not looking at packages."
        return
    fi
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        stop "$exit_not_debian" "This is not a Debian-like system (no apt-get). Install what corresponds to:" \
            "$* — then run this again with QUOTA_SKIP_PACKAGES=1."
    fi
    local package missing=() as_root=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then
        say "All packages that are needed are installed."
        return
    fi
    say "Missing packages: ${missing[*]}"
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            stop "$exit_not_root" "Installing packages needs root, and there is no sudo. As root, run:" \
                "apt-get install -y --no-install-recommends ${missing[*]}"
        fi
        # Without a terminal nobody can type a password, and sudo would only fail in other words.
        if [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; then
            stop "$exit_not_root" "Installing packages needs root, and sudo asks for a password but there is no" \
                "terminal. As root, run: apt-get install -y --no-install-recommends ${missing[*]}"
        fi
        as_root=(sudo)
    fi
    say "Installing them with apt-get${as_root[0]:+ (as root, through sudo)}."
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq)
    "${apt[@]}" update ||
        stop "$exit_packages_refused" "apt-get update failed. Check the network and /etc/apt/sources.list."
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
        stop "$exit_packages_refused" "apt-get could not install: ${missing[*]}. Debian 12 (bookworm) has them all."
}

# A compiler run with Qt takes up to 700 MB: as many as fit into memory, at most one per core.
build_jobs() {
    local cores available
    cores=$(nproc)
    available=$(awk '/^MemAvailable:/ { print int($2 / 1024 / 700) }' /proc/meminfo)
    if ((available < 1)); then
        available=1
    fi
    echo $((cores < available ? cores : available))
}

# build PRESET [CMAKE_OPTION...] [-- TARGET...]: configures and builds; all targets when none is named.
build() {
    local preset=$1 options=() targets=()
    shift
    while (($#)) && [[ $1 != -- ]]; do
        options+=("$1")
        shift
    done
    if (($#)); then
        shift
        targets=(--target "$@")
    fi
    say "Configuring the preset '$preset'."
    cmake --preset "$preset" "${options[@]}"
    say "Building."
    cmake --build --preset "$preset" --parallel "$(build_jobs)" "${targets[@]}"
}
