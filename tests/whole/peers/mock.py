# SPDX-License-Identifier: GPL-3.0-or-later
"""The upstream of the peers: plain sockets, a thread a connection, no HTTP library whose habits would hide ours.

It keeps what it read of every request, byte for byte, and answers in the shape that the target asks for. Streams
go step by step: a chunk is sent when the client says that it has the one before, so that whoever holds chunks
back stops them for good.
"""

import gzip
import hashlib
import json
import random
import select
import socket
import threading
from urllib.parse import parse_qs, urlsplit

UPSTREAM_SECRET = "secret-of-the-upstream"
STEP_TIME = 20  # seconds without the expected fact
DATE = "Sat, 01 Aug 2026 12:00:00 GMT"  # always the same, so that answers can be compared whole


def content(size):
    """Bytes that nothing can shorten, repeat or reorder unnoticed."""
    return random.Random(size).randbytes(size)


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Request:
    def __init__(self, method, target, version, headers):
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers  # pairs, in order, as written
        self.body = b""
        self.chunks = None  # sizes, when it came in chunks
        self.connection = 0

    def value(self, name):
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    @property
    def proxied(self):
        return self.value("Authorization") == f"Bearer {UPSTREAM_SECRET}"


class Gone(Exception):
    pass


class Reader:
    def __init__(self, connection):
        self.connection = connection
        self.buffer = b""

    def more(self):
        piece = self.connection.recv(65536)
        if not piece:
            raise Gone
        self.buffer += piece

    def until(self, end):
        while end not in self.buffer:
            self.more()
        found, self.buffer = self.buffer.split(end, 1)
        return found

    def exactly(self, size):
        pieces, have = [], len(self.buffer)
        if have < size:
            pieces.append(self.buffer)
            while have < size:
                piece = self.connection.recv(1 << 20)
                if not piece:
                    raise Gone
                pieces.append(piece)
                have += len(piece)
            self.buffer = b"".join(pieces)
        found, self.buffer = self.buffer[:size], self.buffer[size:]
        return found


class Stream:
    """A request with a name: what of its answer may be sent, and whether its client was seen leaving."""

    def __init__(self):
        self.begun = threading.Event()
        self.allowed = threading.Semaphore(0)
        self.left = threading.Event()
        self.over = threading.Event()


class Mock:
    def __init__(self, address="127.0.0.1", port=0, tls=None):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.create_server((address, port), family=family, backlog=512)
        self.port = self.listener.getsockname()[1]
        self.address = f"[{address}]" if ":" in address else address
        self.tls = tls  # an ssl.SSLContext
        self.lock = threading.Lock()
        self.requests = []
        self.streams = {}
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def origin(self):
        return f"{'https' if self.tls else 'http'}://{self.address}:{self.port}"

    def close(self):
        self.listener.close()

    def seen(self, proxied):
        """The last request that came directly, or through the proxy."""
        with self.lock:
            return next(r for r in reversed(self.requests) if r.proxied == proxied)

    def count(self):
        with self.lock:
            return sum(r.proxied for r in self.requests)

    def stream(self, name):
        with self.lock:
            return self.streams.setdefault(name, Stream())

    def step(self, name):
        self.stream(name).allowed.release()

    # --- connections ---

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection, number):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            try:
                if self.tls:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                reader = Reader(connection)
                while self._answer_next(connection, reader, number):
                    pass
                if self.tls:
                    connection.unwrap()  # a goodbye, without which an answer up to the end would be a cut one
            except (Gone, OSError):
                pass

    def _answer_next(self, connection, reader, number):
        lines = reader.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        method, target, version = lines[0].split(" ")
        headers = [(n, v.strip()) for n, v in (line.split(":", 1) for line in lines[1:])]
        request = Request(method, target, version, headers)
        request.connection = number
        if (request.value("Expect") or "").lower() == "100-continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        url = urlsplit(target)
        name = parse_qs(url.query).get("name", [None])[-1]
        try:
            if name:
                self.stream(name).begun.set()
            self._read_body(reader, request)
        except (Gone, OSError):
            if name:
                self.stream(name).left.set()
            raise
        if url.path.startswith("/control/"):
            self.step(name)
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            return True
        with self.lock:
            self.requests.append(request)
        return Answer(self, connection, request, url).send()

    @staticmethod
    def _read_body(reader, request):
        if (request.value("Transfer-Encoding") or "").lower() == "chunked":
            request.chunks = []
            parts = []
            while size := int(reader.until(b"\r\n"), 16):
                request.chunks.append(size)
                parts.append(reader.exactly(size))
                assert reader.exactly(2) == b"\r\n"
            while reader.until(b"\r\n"):
                pass
            request.body = b"".join(parts)
        elif length := request.value("Content-Length"):
            request.body = reader.exactly(int(length))


class Answer:
    """The answer to one request: /v1/echo, /v1/answer, /v1/stream, /v1/chat/completions or /v1/models."""

    def __init__(self, mock, connection, request, url):
        self.mock = mock
        self.connection = connection
        self.request = request
        self.path = url.path
        self.query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        asked = (request.value("Connection") or "").lower()
        self.keep = "close" not in asked and (request.version == "HTTP/1.1" or "keep-alive" in asked)

    def send(self):
        """Whether the connection goes on."""
        name = self.path.removeprefix("/v1/").replace("/", "_")
        getattr(self, "_" + name, self._unknown)()
        return self.keep

    def _write(self, status, headers, body=b"", shape="length"):
        if shape == "chunked" and self.request.version == "HTTP/1.0":
            shape = "close"
        lines = [f"HTTP/1.1 {status}", f"Date: {DATE}", "Server: mock", *(f"{n}: {v}" for n, v in headers)]
        if shape in ("chunked", "stream"):
            lines.append("Transfer-Encoding: chunked")
        elif shape == "length":
            lines.append(f"Content-Length: {len(body)}")
        elif shape == "close":
            self.keep = False
        lines.append("Connection: " + ("keep-alive" if self.keep else "close"))
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        if self.request.method == "HEAD" or shape == "none":
            body = b""
        elif shape == "chunked":
            pieces = [body[i : i + 5000] for i in range(0, len(body), 5000)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
        self.connection.sendall(head + body)

    def _json(self, value, status="200 OK"):
        self._write(status, [("Content-Type", "application/json")], json.dumps(value).encode())

    def _unknown(self):
        self._json({"error": {"message": "no such route", "type": "invalid_request_error"}}, "404 Not Found")

    def _echo(self):
        request = self.request
        self._json({"method": request.method, "target": request.target, "length": len(request.body),
                    "digest": digest(request.body), "chunked": request.chunks is not None})

    def _models(self):
        self._json({"object": "list", "data": [{"id": "m", "object": "model", "created": 1, "owned_by": "x"}]})

    def _answer(self):
        body = content(int(self.query.get("size", 1000)))
        shape = self.query.get("shape", "length")
        headers = [("Content-Type", "application/octet-stream"), ("ETag", '"e1"'), ("X-Of-Upstream", "one"),
                   ("X-Of-Upstream", "two, three")]
        if self.request.value("If-None-Match") == '"e1"':
            return self._write("304 Not Modified", headers, shape="none")
        if shape == "204":
            return self._write("204 No Content", headers, shape="none")
        if asked := self.request.value("Range"):
            first, last = map(int, asked.removeprefix("bytes=").split("-"))
            headers.append(("Content-Range", f"bytes {first}-{last}/{len(body)}"))
            return self._write("206 Partial Content", headers, body[first : last + 1])
        if shape.startswith("gzip"):
            body = gzip.compress(body, mtime=0)
            headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
            shape = shape.removeprefix("gzip-") if "-" in shape else "length"
        return self._write(self.query.get("status", "200 OK"), headers, body, shape)

    # --- streams ---

    def _leaves(self):
        """Whether the client's side has ended: nothing else can come while its answer is under way."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        # What comes over TLS is its goodbye; it cannot be looked at beforehand.
        return bool(readable) and (self.mock.tls or not self.connection.recv(1, socket.MSG_PEEK))

    def _wait(self, stream):
        waited = 0.0
        while not stream.allowed.acquire(timeout=0.05):
            waited += 0.05
            if self._leaves():
                stream.left.set()
                raise Gone
            if waited > STEP_TIME:
                raise Gone  # the client waits for what somebody between holds back

    def _chunk(self, data):
        chunked = self.request.version == "HTTP/1.1"
        self.connection.sendall(b"%x\r\n%s\r\n" % (len(data), data) if chunked else data)

    def _events(self, events):
        """Server-sent events, each when the client has said that it has the one before."""
        self._write("200 OK", [("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache")],
                    shape="stream" if self.request.version == "HTTP/1.1" else "close")
        stream = self.mock.stream(self.query["name"]) if "name" in self.query else None
        for i, event in enumerate(events):
            if stream and i:
                self._wait(stream)
            self._chunk(b"data: " + event + b"\n\n")
        if self.request.version == "HTTP/1.1":
            self.connection.sendall(b"0\r\n\r\n")
        if stream:
            stream.over.set()

    def _stream(self):
        self._events([b'{"n":%d}' % n for n in range(int(self.query.get("count", 10)))] + [b"[DONE]"])

    def _chat_completions(self):
        question = json.loads(self.request.body)
        base = {"id": "c", "created": 1, "model": question["model"]}
        usage = {"prompt_tokens": 3, "completion_tokens": 40, "total_tokens": 43}
        if question["model"] == "bad":
            return self._json({"error": {"message": "no", "type": "invalid_request_error", "param": None,
                                         "code": None}}, "400 Bad Request")
        if not question.get("stream"):
            return self._json({**base, "object": "chat.completion", "usage": usage, "choices": [
                {"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}]})
        kind = {**base, "object": "chat.completion.chunk"}
        events = [{**kind, "choices": [{"index": 0, "delta": {"content": f"word{i} "}, "finish_reason": None}]}
                  for i in range(40)]
        events.append({**kind, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if (question.get("stream_options") or {}).get("include_usage"):
            events.append({**kind, "choices": [], "usage": usage})
        return self._events([json.dumps(e).encode() for e in events] + [b"[DONE]"])
