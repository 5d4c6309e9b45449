#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From a fresh clone on Debian 12 to a running service: packages, build, service, a key, a streamed answer
# through it, and the console where there is a display. With --check it proves all of that and stops.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=packaging/common.sh
source "$root/packaging/common.sh"
readonly proxy=$root/build/release/bin/quota-proxy
readonly console=$root/build/release/bin/quota-console

usage() {
    cat <<'TEXT'
Usage: packaging/quickstart.sh [--check]

Installs missing packages with apt-get (through sudo when not root), builds the preset “release”, starts the
service on http://127.0.0.1:8787, makes a key, sends a chat request with it and opens the console where there is
a display. Ctrl+C stops everything. Without an upstream in the settings, answers come from the built-in demo.

  --check   Do all that without the console, on a free port and in a temporary directory; print what was
            proved; stop; exit 0.

Environment: QUOTA_PORT or PORT, another port. DATA_DIR, another data directory. QUOTA_SKIP_PACKAGES=1 leaves
packages alone. Settings of the service (DEEPSEEK_API_KEY, ...) are passed on, but not to --check.

Exit code: 0 good; 1 something did not work, said on standard error; 2 wrong use; 3 not a Debian-like system;
4 neither root nor sudo; 5 apt-get failed.
TEXT
}

service=       # process id while it runs
console_pid=   # the same of the console
url=           # of the running service
scratch=       # temporary directory, removed at the end

# SIGTERM lets open answers finish; the exit code says whether the books were closed.
stop_service() {
    local code=0 pid=$service
    [[ -n $pid ]] || return 0
    service=
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" || code=$?
    return "$code"
}

clean_up() {
    local code=$?
    trap - EXIT INT TERM
    if [[ -n $console_pid ]]; then
        kill -TERM "$console_pid" 2>/dev/null || true
    fi
    if ! stop_service; then
        printf 'error: The service did not stop cleanly.\n' >&2
        code=1
    fi
    if [[ -n $scratch ]]; then
        rm -rf "$scratch"
    fi
    exit "$code"
}

# curl without a proxy of the environment, which could not reach this computer's loopback.
ask() {
    curl -sS --noproxy '*' "$@"
}

# start_service DATA_DIR PORT COMMAND...: runs “COMMAND serve” and waits until it answers; sets service and url.
# Port 0 takes any free one, which the log then names.
start_service() {
    local data=$1 port=$2 log=$scratch/service.log deadline=$((SECONDS + 20))
    shift 2
    : >"$log"
    # A session of its own keeps a Ctrl+C in this terminal from reaching it beside the SIGTERM from here, which
    # it would take as a second one: cut at once.
    setsid "$@" serve --host 127.0.0.1 --port "$port" --data-dir "$data" 2>"$log" &
    service=$!
    url=
    if ((port)); then
        url=http://127.0.0.1:$port
    fi
    while true; do
        if [[ -z $url ]]; then
            url=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$log" | head -n 1 || true)
        fi
        if [[ -n $url ]] && ask -f --max-time 5 "$url/healthz" >"$scratch/healthz.json" 2>/dev/null; then
            return
        fi
        if ! kill -0 "$service" 2>/dev/null; then
            service=
            tail -n 5 "$log" >&2
            stop 1 "The service did not start; its last words stand above."
        fi
        if ((SECONDS > deadline)); then
            tail -n 5 "$log" >&2
            stop 1 "The service runs but does not answer; its last words stand above."
        fi
        sleep 0.05
    done
}

# make_key DATA_DIR OPTION...: prints the secret.
make_key() {
    local data=$1 token=()
    shift
    # There is none when ADMIN_TOKEN is set, which the command line then takes too.
    if [[ -e $data/admin-token ]]; then
        token=(--admin-token-file "$data/admin-token")
    fi
    if ! "$proxy" keys create --url "$url" "${token[@]}" "$@" 2>"$scratch/words" \
        >"$scratch/secret"; then
        cat "$scratch/words" >&2
        stop 1 "No key was made; the reason stands above."
    fi
    tail -n 1 "$scratch/secret"
    rm "$scratch/secret"
}

# chat KEY STREAM CURL_OPTION...: one question, asked with curl.
chat() {
    local key=$1 stream=$2
    shift 2
    ask --max-time 60 "$@" "$url/v1/chat/completions" -H "Authorization: Bearer $key" \
        -H 'Content-Type: application/json' \
        -d "{\"model\":\"${QUOTA_MODEL:-deepseek-chat}\",\"stream\":$stream,\"messages\":[{\"role\":\"user\",\"content\":\"Say hello.\"}]}"
}

# proved WORDS... / expect WORDS TEST...: the lines of --check.
proved() {
    printf 'proved: %s\n' "$*"
}

expect() {
    local words=$1
    shift
    "$@" >/dev/null || stop 1 "Not proved: $words"
    proved "$words"
}

used_requests() {
    ask -f --max-time 10 "$url/v1/usage" -H "Authorization: Bearer $1" |
        jq -r '.limits[] | select(.unit == "requests" and .window == "total") | "\(.used) of \(.amount), \(.remaining) left"'
}

check() {
    local data=$scratch/data key stream code
    # Nothing of the caller's settings, and no .env of the caller's directory.
    local clean=(env -i "HOME=$scratch" "PATH=$PATH" LANG=C.UTF-8 TZ=UTC "$proxy")
    cd "$scratch"

    start_service "$data" 0 "${clean[@]}"
    expect "the service runs at $url, version $(jq -r .version healthz.json)" jq -e '.ok == true' healthz.json
    key=$(make_key "$data" --label "Quickstart check" --quota 3)
    expect "a key is made" test -n "$key"
    chat "$key" false -f >answer.json
    expect "it gets a JSON answer: $(jq -c '.choices[0].message.content[0:60]' answer.json)" \
        jq -e '.choices[0].message.content | length > 0' answer.json
    stream=$(chat "$key" true -fN)
    expect "it gets a streamed answer of $(grep -c '^data: ' <<<"$stream") events that ends with [DONE]" \
        grep -qx 'data: \[DONE\]' <<<"${stream//$'\r'/}"
    expect "its limit is visible: $(used_requests "$key")" test "$(used_requests "$key")" = "2 of 3, 1 left"

    stop_service || stop 1 "Not proved: the service stops cleanly"
    proved "the service stops cleanly"
    start_service "$data" 0 "${clean[@]}"
    expect "after a restart the books still say: $(used_requests "$key")" \
        test "$(used_requests "$key")" = "2 of 3, 1 left"
    chat "$key" false -f >/dev/null
    code=$(chat "$key" false -o refused.json -w '%{http_code}')
    expect "the fourth request of three is refused: $code $(jq -r .error.code refused.json)" test "$code" = 429
    stop_service || stop 1 "Not proved: the service stops cleanly a second time"
    proved "the service stops cleanly a second time"
    say "Everything works."
}

# Stops when something already answers there: a clear word before a long build.
require_free_port() {
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
        stop 1 "Port $1 is taken by another program (another Quota Proxy, perhaps). Stop it, or choose another" \
            "port: QUOTA_PORT=$(($1 + 1)) packaging/quickstart.sh"
    fi
}

run() {
    local port=$1 data=${DATA_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/quota-proxy} key token code=0
    start_service "$data" "$port" "$proxy"
    say "The service runs at $url, its data is in $data."
    key=$(make_key "$data" --label "Quickstart $(date +%F)")
    say "A key (shown once; keep it if you want it): $key"
    say "A streamed answer through it:"
    chat "$key" true -N | tee "$scratch/answer" | sed -un 's/^data: \({.*\)/\1/p' |
        jq -rj --unbuffered '.choices[0].delta.content // empty'
    printf '\n'
    if ! grep -q '^data: ' "$scratch/answer"; then
        printf 'The upstream gave no stream, but this:\n' >&2
        cat "$scratch/answer" >&2
    fi
    token="the admin token is in $data/admin-token"
    if [[ -n ${ADMIN_TOKEN:-} ]]; then
        token="the admin token is your ADMIN_TOKEN"
    fi
    if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
        say "Opening the console. Connect to $url; $token."
        "$console" &
        console_pid=$!
    else
        say "No display; the console is $console. Connect to $url; $token."
    fi
    say "Ctrl+C stops the service."
    wait "$service" || code=$?
    service=
    tail -n 5 "$scratch/service.log" >&2
    stop 1 "The service ended by itself (exit code $code); its last words stand above."
}

mode=run
case ${1:-} in
'') ;;
--check) mode=check ;;
-h | --help)
    usage
    exit 0
    ;;
*)
    usage >&2
    stop "$exit_usage" "'$1' is not known here."
    ;;
esac
port=${QUOTA_PORT:-${PORT:-8787}}
if ! [[ $port =~ ^[1-9][0-9]{0,4}$ ]] || ((port > 65535)); then
    stop "$exit_usage" "QUOTA_PORT: '$port' is not a port; give a number from 1 to 65535."
fi

ensure_packages "${build_packages[@]}" "${quickstart_packages[@]}"
cd "$root"
if [[ $mode == check ]]; then
    build release -- quota-proxy
else
    require_free_port "$port"
    build release -- quota-proxy quota-console
fi
scratch=$(mktemp -d)
trap clean_up EXIT
trap 'say "Stopping."; exit 0' INT TERM
if [[ $mode == check ]]; then
    check
else
    cd - >/dev/null
    run "$port"
fi
