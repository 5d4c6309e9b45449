# SPDX-License-Identifier: GPL-3.0-or-later
"""Python's own clients: http.client and urllib."""

import http.client
import json
import socket
import urllib.error
import urllib.request

from mock import content, digest
from stage import expect, same
from wire import same_answer, same_request


class Peer:
    def __init__(self, stage, mock):
        self.stage = stage
        self.mock = mock
        self.service = stage.service(mock.origin + "/v1")
        self.counted = 0

    def run(self):
        check = self.stage.report.check
        for shape in ("length", "chunked", "close", "gzip", "gzip-chunked", "204"):
            with check(f"http.client, {shape}"):
                self.both("GET", f"/v1/answer?shape={shape}&size=70000")
        with check("http.client, HEAD"):
            self.both("HEAD", "/v1/answer?size=70000")
        with check("http.client, a body with its length"):
            self.both("POST", "/v1/echo", content(2_000_000))
        with check("http.client, a chunked body from a generator"):
            got = self.both("POST", "/v1/echo", lambda: (content(n) for n in (1, 70000, 300000, 5)))
            expect(json.loads(got[2])["chunked"], "not chunked at the upstream")
        with check("http.client, one connection for twenty requests of all kinds"):
            self.keeps_alive()
        with check("http.client, pieces are read while the answer is on its way"):
            through = self.watch(self.service.port, self.service.key, "python-through")
            self.counted += 1
            same(through, self.watch(self.mock.port, "direct", "python-direct"), "events")
            same(len(through), 101, "events")
        with check("http.client, leaving in the middle ends the upstream's answer"):
            self.leaves()
        with check("an end of sending in the middle of a body"):
            self.half_closes()
        self.urllib()
        with check(f"the books hold the {self.counted} requests"):
            self.service.expect_books(self.counted, refused=0)
            # One never became whole: it was begun at the upstream, and so it counts.
            same(self.mock.count(), self.counted - 1, "requests at the upstream")
            self.service.expect_no_connections()
        self.service.stop()

    @staticmethod
    def ask(connection, method, target, key, body=None):
        if callable(body):
            body = body()
        headers = {"Authorization": f"Bearer {key}"}
        if body is not None:
            headers["Content-Type"] = "application/octet-stream"
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def both(self, method, target, body=None):
        answers = []
        for port, key in ((self.mock.port, "direct"), (self.service.port, self.service.key)):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            answers.append(self.ask(connection, method, target, key, body))
            connection.close()
        self.counted += 1
        direct, through = answers
        same_answer(through, direct)
        same_request(self.mock)
        return through

    def keeps_alive(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=20)
        connection.connect()
        connection.auto_open = 0  # a lost connection is an error, not a reason for a new one
        before = self.mock.connections
        for _ in range(4):
            for method, target, body in (
                ("GET", "/v1/answer?shape=length", None),
                ("POST", "/v1/echo", content(100_000)),
                ("HEAD", "/v1/answer?shape=chunked", None),
                ("GET", "/v1/answer?shape=chunked", None),
                ("POST", "/v1/echo", lambda: (content(n) for n in (7, 9000))),
            ):
                status, _, _ = self.ask(connection, method, target, self.service.key, body)
                same(status, 200, "status")
                self.counted += 1
        connection.close()
        expect(self.mock.connections <= before + 1, "connections to the upstream:", self.mock.connections - before)

    def watch(self, port, key, name):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", f"/v1/stream?name={name}&count=100", headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        events, buffer = [], b""
        while piece := answer.read1(65536):
            buffer += piece
            while b"\n\n" in buffer:
                event, buffer = buffer.split(b"\n\n", 1)
                events.append(event)
                self.mock.step(name)
        connection.close()
        return events

    def leaves(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=20)
        connection.request("GET", "/v1/stream?name=python-cut&count=9",
                           headers={"Authorization": f"Bearer {self.service.key}"})
        answer = connection.getresponse()
        same(answer.readline(), b'data: {"n":0}\n', "first event")
        self.counted += 1
        answer.close()
        connection.close()
        expect(self.mock.stream("python-cut").left.wait(20), "the upstream was not told")

    def half_closes(self):
        with socket.create_connection(("127.0.0.1", self.service.port), 20) as client:
            client.sendall(b"POST /v1/echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/octet-stream\r\n"
                           b"Authorization: Bearer " + self.service.key.encode() + b"\r\nContent-Length: 4\r\n\r\nab")
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
        self.counted += 1

    def urllib(self):
        check = self.stage.report.check
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def ask(origin, key, target, body=None, method=None, content_type="application/json"):
            request = urllib.request.Request(origin + target, data=body, method=method, headers={
                "Authorization": f"Bearer {key}", "Content-Type": content_type})
            try:
                with opener.open(request, timeout=20) as answer:
                    return answer.status, answer.getheaders(), answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.headers.items(), error.read()

        def both(*arguments, **more):
            direct = ask(self.mock.origin, "direct", *arguments, **more)
            through = ask(self.service.origin, self.service.key, *arguments, **more)
            self.counted += 1
            same_answer(through, direct)
            same_request(self.mock)
            return through

        question = json.dumps({"model": "m", "messages": [{"role": "user", "content": "hé 你"}]},
                              ensure_ascii=False).encode()
        with check("urllib, a question"):
            same(both("/v1/chat/completions", question)[0], 200, "status")
        with check("urllib, an error of the upstream"):
            same(both("/v1/chat/completions", question.replace(b'"m"', b'"bad"'))[0], 400, "status")
        with check("urllib, PUT of 3 MB"):
            body = content(3_000_000)
            got = both("/v1/echo", body, method="PUT", content_type="application/octet-stream")
            same(json.loads(got[2])["digest"], digest(body), "digest")
        with check("urllib, an answer of 30 MB"):
            both("/v1/answer?shape=chunked&size=30000000")
