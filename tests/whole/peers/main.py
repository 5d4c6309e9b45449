# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs peers one after the other, each against a service and an upstream of its own, and counts. See ./run."""

import argparse
import importlib
import signal
import sys
import time
import traceback

from mock import Mock
from stage import Stage

# In the order in which they run; those that need npm come last.
PEERS = ("curl", "python", "nginx", "caddy", "https", "proxies", "addresses", "front")
NODE_PEERS = ("http", "http-tls", "undici", "undici-tls", "openai", "openai-tls")
TIME_LIMIT = 600  # seconds for all, sanitizers on a busy machine included; what hangs is a failure


def run_peer(name, binary, report):
    stage = Stage(binary)
    stage.report = report
    report.peer = name
    mock = Mock()
    module = importlib.import_module("peer_node" if name in NODE_PEERS else f"peer_{name}")
    try:
        peer = module.Peer(stage, mock, name) if name in NODE_PEERS else module.Peer(stage, mock)
        peer.run()
    except Exception as error:  # outside of any check: that peer is over, the others are not
        traceback.print_exc()
        report.bad("the whole peer", f"{type(error).__name__}: {error}")
    finally:
        stage.close()
        mock.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    wanted = [name for name in arguments.only.split(",") if name]
    names = PEERS if arguments.quick else PEERS + NODE_PEERS
    for name in wanted:
        if name not in PEERS + NODE_PEERS:
            parser.error(f"no peer is called '{name}'; there are {', '.join(PEERS + NODE_PEERS)}")

    def stop(number, _frame):
        raise SystemExit(f"stopped by {signal.Signals(number).name}" +
                         (f": not done within {TIME_LIMIT} s" if number == signal.SIGALRM else ""))

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(TIME_LIMIT)

    stage = Stage(arguments.program)
    report = stage.report
    stage.close()
    begun = time.monotonic()
    for name in wanted or names:
        run_peer(name, arguments.program, report)
    for failure in report.failures:
        print(f"failed: {failure}")
    print(f"{report.passed} passed, {len(report.failures)} failed ({time.monotonic() - begun:.0f} s)")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
