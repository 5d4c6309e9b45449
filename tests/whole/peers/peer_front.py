# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS in front: curl and Python over https to the service. node does so as http-tls, undici-tls, openai-tls."""

import http.client
import json
import ssl

from mock import content
from peer_curl import OCTETS, Curl, watch
from stage import expect, same
from wire import same_answer, same_request


class Peer:
    def __init__(self, stage, mock):
        self.stage = stage
        self.mock = mock
        certificate, key = stage.certificate("front")
        self.service = stage.service(mock.origin + "/v1", TLS_CERT_FILE=certificate, TLS_KEY_FILE=key)
        self.trusting = ("--cacert", stage.path("authority.pem"))
        self.counted = 0

    def both(self, target, *options, data=None):
        direct = Curl(self.stage, self.mock.origin + target, *options, key="direct", data=data)
        through = Curl(self.stage, self.service.origin + target, *options, *self.trusting, key=self.service.key,
                       data=data)
        self.counted += 1
        same_answer(through.answer, direct.answer)
        same_request(self.mock)
        return through

    def run(self):
        check = self.stage.report.check
        for shape in ("length", "chunked", "close", "gzip", "204"):
            for version in ("--http1.1", "--http1.0"):
                with check(f"curl {version}, {shape}"):
                    self.both(f"/v1/answer?shape={shape}&size=200000", version)
        for version, options in (("1.2", ("--tls-max", "1.2")), ("1.3", ("--tlsv1.3",))):
            with check(f"curl, TLS {version}, with HTTP/2 offered"):
                got = self.both("/v1/answer?size=2000", "--http2", *options)
                expect(f"SSL connection using TLSv{version}" in got.trace, "another version:", got.trace)
                same(got.written[1], "1.1", "HTTP version")
        for words, options in {
            "curl, 3 MB after 100 Continue": ("--expect100-timeout", "60", "-H", "Expect: 100-continue",
                                              "--data-binary", "@-"),
            "curl, chunked from a pipe": ("-X", "POST", "-T", "-"),
        }.items():
            with check(words):
                self.both("/v1/echo", *OCTETS, *options, data=content(3_000_000))
        with check("curl, each event arrives before the next is sent"):
            same(len(watch(self.mock, self.service.origin, self.service.key, "front", 100, *self.trusting)), 101,
                 "events")
            self.counted += 1
        with check("curl, 20 MB"):
            self.both("/v1/answer?shape=chunked&size=20000000")
        with check("curl, keep-alive"):
            done = self.stage.run("curl", "-q", "-sS", "--noproxy", "*", *self.trusting, "-H",
                                  f"Authorization: Bearer {self.service.key}", "-w", "%{stderr}%{num_connects} ",
                                  *[self.service.v1 + "/answer?shape=chunked"] * 4)
            self.counted += 4
            same(done.stderr.decode().split(), ["1", "0", "0", "0"], "connections")
        with check("curl refuses who it does not know"):
            got = Curl(self.stage, self.service.v1 + "/answer", key=self.service.key, fails=True)
            same(got.code, 60, "exit code of curl")
        with check("curl without TLS is told so"):
            got = Curl(self.stage, self.service.v1.replace("https:", "http:") + "/answer", key=self.service.key)
            same(got.status, 400, "status")
            expect(b"https://" in got.body, "the answer:", got.body)
        with check("Python over TLS, chunked both ways, one connection"):
            self.python()
        with check(f"the books hold the {self.counted} requests"):
            self.service.expect_books(self.counted, refused=0, failed=0)
        self.service.stop()

    def python(self):
        context = ssl.create_default_context(cafile=self.stage.path("authority.pem"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.service.port, timeout=20, context=context)
        connection.connect()
        connection.auto_open = 0
        for size in (10, 100_000, 3_000_000):
            connection.request("POST", "/v1/echo", (content(size) for _ in range(2)), {
                "Authorization": f"Bearer {self.service.key}", "Content-Type": "application/octet-stream"})
            answer = connection.getresponse()
            same(json.loads(answer.read())["length"], 2 * size, "bytes at the upstream")
            self.counted += 1
        connection.close()
