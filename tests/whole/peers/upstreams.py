# SPDX-License-Identifier: GPL-3.0-or-later
"""What nginx and Caddy have in common as upstreams: each stands before the mock and serves files of its own."""

import os

from mock import content
from peer_curl import OCTETS, Curl, watch
from stage import expect, same
from wire import same_answer

FILE_SIZE = 20_000_000


def write_files(stage):
    """Files for a web server to serve below /v1/files/."""
    os.makedirs(stage.path("www/v1/files"), exist_ok=True)
    with open(stage.path("www/v1/files/large.bin"), "wb") as file:
        file.write(content(FILE_SIZE))
    stage.write("www/v1/files/text.json", '{"words": "' + "all the same " * 4000 + '"}')
    stage.write("www/v1/files/empty.json", "")


class Upstream:
    """A web server at an origin, asked by curl directly and through a service."""

    def __init__(self, stage, mock, origin, *options, **settings):
        self.stage = stage
        self.mock = mock
        self.origin = origin
        self.options = options  # of curl, to reach the origin directly
        self.service = stage.service(origin + "/v1", **settings)
        self.counted = 0

    def both(self, target, *options, data=None):
        direct = Curl(self.stage, self.origin + target, *self.options, *options, key="direct", data=data)
        through = Curl(self.stage, self.service.origin + target, *options, key=self.service.key, data=data)
        self.counted += 1
        # A web server's own clock may have moved on.
        same_answer(*((a.status, [(n, v) for n, v in a.headers if n.lower() != "date"], a.body)
                      for a in (through, direct)))
        return through

    def check_all(self):
        check = self.stage.report.check
        for words, target, options in (
            ("a file with its length", "/v1/files/large.bin", ()),
            ("an empty file", "/v1/files/empty.json", ()),
            ("a range of a file (206)", "/v1/files/large.bin", ("-r", "1000-1000999")),
            ("the end of a file (206)", "/v1/files/large.bin", ("-r", "-777")),
            ("HEAD of a file", "/v1/files/large.bin", ("-I",)),
            ("a file that is not there (404)", "/v1/files/none", ()),
            ("a compressed file", "/v1/files/text.json", ("--compressed",)),
            ("a compressed file as it comes", "/v1/files/text.json", ("-H", "Accept-Encoding: gzip")),
            ("from the mock, length", "/v1/answer?shape=length&size=300000", ()),
            ("from the mock, chunked", "/v1/answer?shape=chunked&size=300000", ()),
            ("from the mock, closing", "/v1/answer?shape=close&size=300000", ()),
            ("from the mock, gzip", "/v1/answer?shape=gzip-chunked&size=300000", ("--compressed",)),
            ("from the mock, 204", "/v1/answer?shape=204", ()),
            ("from the mock, HTTP/1.0", "/v1/answer?shape=chunked&size=300000", ("-0",)),
        ):
            with check(words):
                got = self.both(target, *options)
                if target.endswith("large.bin") and not options:
                    expect(got.body == content(FILE_SIZE), "not the file")
                if words.startswith("a compressed"):
                    same(got.value("Content-Encoding"), "gzip", "Content-Encoding")
        with check("a condition (304)"):
            tag = self.both("/v1/files/large.bin", "-I").value("ETag")
            same(self.both("/v1/files/large.bin", "-H", f"If-None-Match: {tag}").status, 304, "status")
        with check("uploads with a length and in chunks"):
            large = content(4_000_000)
            self.both("/v1/echo", *OCTETS, "--data-binary", "@-", data=large)
            self.both("/v1/echo", *OCTETS, "-X", "POST", "-T", "-", data=large)
        with check("a question in JSON"):
            got = self.both("/v1/chat/completions", "-d", '{"model": "m", "messages": []}', "-H",
                            "Content-Type: application/json")
            expect(b"hello" in got.body, "the answer:", got.body)
        with check("each event arrives before the next is sent"):
            name = self.stage.next_name("stream")
            through = watch(self.mock, self.service.origin, self.service.key, name, 60)
            self.counted += 1
            same(through, watch(self.mock, self.origin, "direct", name + "-direct", 60, *self.options), "events")
            same(len(through), 61, "events")

    def ask_often(self, times, target="/v1/answer?size=500"):
        """Posts, which the service must never send twice: each reaches the upstream, and once."""
        before = self.mock.count()
        for _ in range(times):
            got = Curl(self.stage, self.service.origin + target, *OCTETS, "-d", "x", key=self.service.key)
            self.counted += 1
            same(got.status, 200, "status")
        same(self.mock.count() - before, times, "requests at the mock")

    def check_books(self):
        with self.stage.report.check(f"the books hold the {self.counted} requests"):
            self.service.expect_books(self.counted, refused=0, failed=0)
            self.service.expect_no_connections()
        self.service.stop()
