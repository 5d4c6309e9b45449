# SPDX-License-Identifier: GPL-3.0-or-later
"""IPv6 from end to end, and names with addresses of both families of which one may refuse."""

import socket

from mock import Mock, content
from peer_curl import OCTETS, Curl, watch
from stage import expect, free_port, same
from wire import same_answer, same_request


class Peer:
    def __init__(self, stage, mock):
        self.stage = stage
        self.mock = mock
        # The names are the test's own, whatever the host's resolver knows.
        hosts = stage.write("hosts", "127.0.0.1 both.test four.test\n::1 both.test six.test\n")
        self.hosts = {"LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_HOSTS": hosts, "LANES": "1"}

    def run(self):
        six = Mock("::1")
        try:
            self.end_to_end(six)
            self.by_name(six)
        finally:
            six.close()

    def end_to_end(self, six):
        check = self.stage.report.check
        service = self.stage.service(six.origin + "/v1", options=("--host", "::1"))
        expect(service.origin.startswith("http://[::1]:"), "it listens on", service.origin)
        counted = 0
        for target, options, data in (
            ("/v1/answer?shape=length&size=300000", (), None),
            ("/v1/answer?shape=chunked&size=300000", (), None),
            ("/v1/answer?shape=close&size=300000", (), None),
            ("/v1/echo", (*OCTETS, "--data-binary", "@-"), content(2_000_000)),
        ):
            with check(f"[::1] to [::1], {target}"):
                direct = Curl(self.stage, six.origin + target, *options, key="direct", data=data)
                through = Curl(self.stage, service.origin + target, *options, key=service.key, data=data)
                counted += 1
                same_answer(through.answer, direct.answer)
                same_request(six)
        with check("[::1] to [::1], each event arrives before the next is sent"):
            same(len(watch(six, service.origin, service.key, "six", 50)), 51, "events")
            counted += 1
        with check("[::1] to [::1], the books"):
            service.expect_books(counted, failed=0)
        service.stop()
        with check("HOST=:: takes both families"):
            service = self.stage.service(self.mock.origin + "/v1", options=("--host", "::"))
            for origin in (f"http://127.0.0.1:{service.port}", f"http://[::1]:{service.port}"):
                same(Curl(self.stage, origin + "/v1/answer", key=service.key).status, 200, "status")
            service.stop()

    def by_name(self, six):
        for words, name, mock in (("IPv4 refuses", "both.test", six), ("IPv6 refuses", "both.test", self.mock),
                                  ("IPv6 only", "six.test", six), ("IPv4 only", "four.test", self.mock)):
            with self.stage.report.check(f"{name}, {words}"):
                service = self.stage.service(f"http://{name}:{mock.port}/v1", **self.hosts)
                for _ in range(3):
                    got = Curl(self.stage, service.v1 + "/echo", *OCTETS, "-d", "x", key=service.key)
                    same(got.status, 200, "status")
                same(mock.seen(proxied=True).value("Host"), f"{name}:{mock.port}", "Host")
                service.expect_books(3, failed=0)
                service.stop()
        with self.stage.report.check("both.test, both listen: one of them gets all"):
            port = self.mock.port
            with socket.socket(socket.AF_INET6) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                free = probe.connect_ex(("::1", port)) != 0
            if free:
                twin = Mock("::1", port)
                before = twin.count() + self.mock.count()
                service = self.stage.service(f"http://both.test:{port}/v1", **self.hosts)
                for _ in range(4):
                    same(Curl(self.stage, service.v1 + "/echo", *OCTETS, "-d", "x", key=service.key).status, 200,
                         "status")
                same(twin.count() + self.mock.count() - before, 4, "requests at both")
                service.stop()
                twin.close()
        with self.stage.report.check("both.test, both refuse: 502"):
            service = self.stage.service(f"http://both.test:{free_port()}/v1", **self.hosts)
            same(Curl(self.stage, service.v1 + "/answer", key=service.key).status, 502, "status")
            service.expect_books(1, failed=1)
            service.stop()
