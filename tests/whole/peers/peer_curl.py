# SPDX-License-Identifier: GPL-3.0-or-later
"""curl, against the upstream directly and through the service."""

import os
import re
import subprocess

from mock import content, digest
from stage import expect, same
from wire import same_answer, same_request

OCTETS = ("-H", "Content-Type: application/octet-stream")


class Curl:
    """One request of curl, and what came of it."""

    def __init__(self, stage, url, *options, key="", data=None, fails=False):
        name = stage.next_name("curl")
        head, body = stage.path(name + ".head"), stage.path(name + ".body")
        authorization = ("-H", f"Authorization: Bearer {key}") if key else ()
        done = stage.run("curl", "-q", "-sS", "--noproxy", "*", "--max-time", "30", "-v", "-D", head, "-o", body,
                         "-w", "%{http_code} %{http_version} %{num_connects} %{size_upload} %{time_total}",
                         *authorization, *options, url, data=data, fails=fails)
        self.code = done.returncode
        self.trace = done.stderr.decode("latin-1")
        self.written = done.stdout.decode().split(" ")
        self.status = int(self.written[0])
        self.body = b"" if "-I" in options else self._read(body)  # to which -I writes the head
        # The last block: interim answers come before it.
        blocks = self._read(head).decode("latin-1").split("\r\n\r\n")
        lines = blocks[-2].split("\r\n") if len(blocks) > 1 else [""]
        self.status_line = lines[0]
        self.headers = [(n, v.strip()) for n, v in (line.split(":", 1) for line in lines[1:])]

    @staticmethod
    def _read(path):
        if not os.path.exists(path):
            return b""
        with open(path, "rb") as file:
            return file.read()

    @property
    def answer(self):
        return self.status, self.headers, self.body

    def value(self, name):
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)


def watch(mock, origin, key, name, count, *options):
    """The events of a stream in lock step: the next is sent only when curl has shown the one before."""
    curl = subprocess.Popen(["curl", "-q", "-sSN", "--noproxy", "*", "--max-time", "30", *options, "-H",
                             f"Authorization: Bearer {key}", f"{origin}/v1/stream?name={name}&count={count}"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    received = []
    for line in curl.stdout:
        if line.strip():
            received.append(line)
            mock.step(name)
    expect(curl.wait() == 0, "curl ended with", curl.returncode)
    return received


def ask_model(stage, service, model):
    return Curl(stage, service.v1 + "/chat/completions", "-H", "Content-Type: application/json", "-d",
                f'{{"model": "{model}", "messages": []}}', key=service.key)


class Peer:
    def __init__(self, stage, mock):
        self.stage = stage
        self.mock = mock
        self.service = stage.service(mock.origin + "/v1")
        self.counted = 0  # requests that the books must hold
        self.halves = 0  # of those, the ones that the upstream never had whole

    def both(self, target, *options, data=None, framing=True):
        direct = Curl(self.stage, self.mock.origin + target, *options, key="direct", data=data)
        through = Curl(self.stage, self.service.origin + target, *options, key=self.service.key, data=data)
        self.counted += 1
        same_answer(through.answer, direct.answer)
        same_request(self.mock, framing)
        return through

    def run(self):
        check = self.stage.report.check
        for version, option in (("1.1", "--http1.1"), ("1.0", "--http1.0")):
            for shape in ("length", "chunked", "close", "gzip", "gzip-chunked", "204"):
                with check(f"HTTP/{version}, {shape}"):
                    self.both(f"/v1/answer?shape={shape}&size=70000", option)
        with check("an offer of HTTP/2 is left alone"):
            self.both("/v1/answer?size=100", "--http2")
        for part in (self.uploads, self.asks, self.keeps_alive, self.streams, self.leaves):
            part()
        with check(f"the books hold the {self.counted} requests"):
            self.service.expect_books(self.counted, refused=0, failed=0)
            same(self.mock.count(), self.counted - self.halves, "requests at the upstream")
            self.service.expect_no_connections()
        self.service.stop()

    def uploads(self):
        check = self.stage.report.check
        large = content(3_000_000)
        path = self.stage.path("large")
        with open(path, "wb") as file:
            file.write(large)
        for words, options in {
            "POST of 3 MB waits for 100 Continue, and gets it": ("--data-binary", f"@{path}"),
            "PUT of a file, which asks for 100 Continue": ("-T", path),
            "a chunked upload that asks for 100 Continue": ("-T", path, "-H", "Transfer-Encoding: chunked"),
        }.items():
            with check(words):
                # 60 s, so that nothing but the interim answer lets it go on in time.
                got = self.both("/v1/echo", *OCTETS, "-H", "Expect: 100-continue", "--expect100-timeout", "60",
                                *options)
                expect("HTTP/1.1 100 Continue" in got.trace, "no interim answer:", got.trace)
                expect(digest(large).encode() in got.body, "not what was sent:", got.body)
        with check("a body nobody wants is not sent: 401 instead of 100 Continue"):
            got = Curl(self.stage, self.service.v1 + "/echo", *OCTETS, "--expect100-timeout", "60",
                       "-H", "Expect: 100-continue", "--data-binary", f"@{path}", key="sk-unknown")
            same(got.status, 401, "status")
            same(got.written[3], "0", "bytes sent")
        with check("chunked upload from a pipe (-T -)"):
            got = self.both("/v1/echo", *OCTETS, "-X", "POST", "-T", "-", data=large)
            expect(b'"chunked": true' in got.body, "not chunked at the upstream:", got.body)
        with check("multipart form with a file (-F)"):
            boundary = ("-H", "Content-Type: multipart/form-data; boundary=aBoundary")
            form = b"--aBoundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + \
                large + b"\r\n--aBoundary--\r\n"
            self.both("/v1/files", *boundary, "--data-binary", "@-", data=form)
            direct = Curl(self.stage, self.mock.origin + "/v1/files", "-F", f"file=@{path}", key="direct")
            through = Curl(self.stage, self.service.v1 + "/files", "-F", f"file=@{path}", key=self.service.key)
            self.counted += 1
            same_answer(through.answer, direct.answer)
            expect(large in self.mock.seen(proxied=True).body, "the file did not arrive")
        with check("a JSON question, in one piece and in chunks"):
            question = b'{"model": "m", "messages": [{"role": "user", "content": "hi"}]}'
            json = ("-H", "Content-Type: application/json")
            self.both("/v1/chat/completions", *json, "-d", question.decode())
            # Read whole before it is forwarded, hence with its length.
            self.both("/v1/chat/completions", *json, "-X", "POST", "-T", "-", data=question, framing=False)

    def asks(self):
        check = self.stage.report.check
        with check("HEAD (-I)"):
            got = self.both("/v1/answer?size=5000", "-I")
            same(got.value("Content-Length"), "5000", "Content-Length")
        with check("--compressed"):
            got = self.both("/v1/answer?shape=gzip&size=9000", "--compressed")
            expect(got.body == content(9000), "not decoded to what it was")
            asked = self.mock.seen(proxied=True).value("Accept-Encoding")
            expect("gzip" in asked and "br" in asked, "codings asked for:", asked)
        with check("a range (206)"):
            self.both("/v1/answer?size=9000", "-r", "100-199")
        with check("a condition (304)"):
            self.both("/v1/answer?size=9000", "-H", 'If-None-Match: "e1"')
        for status in ("404 Not Found", "500 Internal Server Error", "422 Unprocessable Entity"):
            with check(f"status {status[:3]}"):
                before = self.service.sums()
                self.both(f"/v1/answer?status={status.replace(' ', '%20')}")
                if status.startswith("5"):
                    self.service.expect_books(self.counted, failed=before["failed"] + 1)
                    self.service.use_new_key()
                    self.forget()
        with check("DELETE, PATCH, OPTIONS"):
            for method in ("DELETE", "PATCH", "OPTIONS"):
                self.both("/v1/echo", "-X", method)
        with check("odd targets and fields stay as they are"):
            self.both("/v1/echo?a=%2F%20b&c=%C3%A9&d", "-H", "X-Odd: a,b;c=\"d\"", "-H", "X-odd: again")

    def forget(self):
        """A new key begins to count."""
        self.counted = 0
        with self.mock.lock:
            self.mock.requests.clear()

    def keeps_alive(self):
        check = self.stage.report.check
        for shape in ("length", "chunked", "gzip", "204"):
            with check(f"one connection for four requests, {shape}"):
                url = self.service.origin + f"/v1/answer?shape={shape}&size=3000"
                # Urls beyond the first have no -o: their bodies go to standard output, which is read apart.
                done = self.stage.run("curl", "-q", "-sS", "--noproxy", "*", "-H",
                                      f"Authorization: Bearer {self.service.key}", "-w", "%{stderr}%{num_connects} ",
                                      *[url] * 4, fails=False)
                self.counted += 4
                same(done.stderr.decode().split(), ["1", "0", "0", "0"], "connections")
                expect(shape == "204" or len(done.stdout) >= 12000, "bytes:", len(done.stdout))
        with check("HEAD and 304 leave the connection in order"):
            url = self.service.origin + "/v1/answer?size=300"
            key = ("-H", f"Authorization: Bearer {self.service.key}", "--noproxy", "*", "-w",
                   "%{stderr}%{http_code}:%{num_connects} ", "-o", "/dev/null", "-sS")
            done = self.stage.run("curl", "-q", *key, "-I", url, "--next", *key, "-H", 'If-None-Match: "e1"', url,
                                  "--next", *key, url)
            self.counted += 3
            same(done.stderr.decode().split(), ["200:1", "304:0", "200:0"], "statuses and connections")

    def streams(self):
        with self.stage.report.check("-N: each of 200 events arrives before the next is sent"):
            direct = watch(self.mock, self.mock.origin, "direct", "curl-direct", 200)
            through = watch(self.mock, self.service.origin, self.service.key, "curl-through", 200)
            self.counted += 1
            same(through, direct, "events")
            expect(len(through) == 201 and self.mock.stream("curl-through").over.wait(20), "not whole")

    def leaves(self):
        with self.stage.report.check("a transfer that is cut ends the upstream's, and is counted"):
            curl = subprocess.Popen(["curl", "-q", "-sSN", "--noproxy", "*", "-H",
                                     f"Authorization: Bearer {self.service.key}",
                                     f"{self.service.origin}/v1/stream?name=cut&count=50"],
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            first = curl.stdout.readline()
            expect(re.match(rb'data: {"n":0}', first), "the first event:", first)
            curl.kill()
            curl.wait()
            self.counted += 1
            expect(self.mock.stream("cut").left.wait(20), "the upstream was not told")
        with self.stage.report.check("an upload that is cut ends the upstream's, and is counted"):
            curl = subprocess.Popen(["curl", "-q", "-sS", "--noproxy", "*", *OCTETS, "-X", "POST", "-T", "-", "-H",
                                     f"Authorization: Bearer {self.service.key}",
                                     f"{self.service.origin}/v1/echo?name=half"],
                                    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            curl.stdin.write(content(200_000))
            curl.stdin.flush()
            expect(self.mock.stream("half").begun.wait(20), "the upload did not begin")
            curl.kill()
            curl.wait()
            curl.stdin.close()
            self.counted += 1
            self.halves += 1
            expect(self.mock.stream("half").left.wait(20), "the upstream was not told")
