# SPDX-License-Identifier: GPL-3.0-or-later
"""nginx as an upstream."""

import os
import signal

from mock import content
from peer_curl import OCTETS, Curl
from stage import expect, free_port, same, until
from upstreams import Upstream, write_files

CONFIGURATION = """
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    log_format connections '$server_port $connection $request_method $request_uri';
    access_log {directory}/nginx-access.log connections;
    client_body_temp_path {directory}/nginx-body;
    proxy_temp_path {directory}/nginx-proxy;
    fastcgi_temp_path {directory}/nginx-fastcgi;
    uwsgi_temp_path {directory}/nginx-uwsgi;
    scgi_temp_path {directory}/nginx-scgi;
    types {{ application/json json; application/octet-stream bin; }}
    sendfile on;
    gzip_types application/json;
    gzip_proxied any;
    client_max_body_size 0;
    upstream mock {{ server {mock}; keepalive 8; }}
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_buffering off;
    proxy_request_buffering off;
    root {directory}/www;
    # Keeps connections, compresses.
    server {{
        listen 127.0.0.1:{kept};
        gzip on;
        location / {{ proxy_pass http://mock; }}
        location /v1/limited/ {{ client_max_body_size 1m; proxy_pass http://mock; }}
        location /v1/files/ {{ }}
    }}
    # Closes each one after its answer.
    server {{
        listen 127.0.0.1:{closing};
        keepalive_timeout 0;
        gzip on;
        location / {{ proxy_pass http://mock; }}
        location /v1/files/ {{ }}
    }}
    # Closes each one after three answers.
    server {{
        listen 127.0.0.1:{few};
        keepalive_requests 3;
        location / {{ proxy_pass http://mock; }}
    }}
}}
"""


class Peer:
    def __init__(self, stage, mock):
        self.stage = stage
        self.mock = mock

    def start(self):
        ports = {name: free_port() for name in ("kept", "closing", "few")}
        write_files(self.stage)
        # Workers of a root's nginx are somebody else, who must be able to read.
        os.chmod(self.stage.directory, 0o755)
        configuration = self.stage.write("nginx.conf", CONFIGURATION.format(
            directory=self.stage.directory, mock=self.mock.origin.removeprefix("http://"), **ports))
        program = self.stage.start("nginx", "nginx", "-p", self.stage.directory, "-c", configuration)
        for port in ports.values():
            self.stage.wait_for_port(program, "nginx", port)
        return program, {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}

    def posts(self, port):
        """What ask_often() has asked; others may still be logged, long after their answer."""
        with open(self.stage.path("nginx-access.log"), encoding="utf-8") as file:
            return [line.split() for line in file if line.startswith(f"{port} ") and " POST /v1/answer" in line]

    def run(self):
        report = self.stage.report
        program, origins = self.start()
        version = self.stage.run("nginx", "-v").stderr.decode().strip()
        print(f"        {version}")
        for kind, words in (("kept", "keep-alive"), ("closing", "closing")):
            report.peer = f"nginx, {words}"
            upstream = Upstream(self.stage, self.mock, origins[kind], LANES="1")
            upstream.check_all()
            if kind == "kept":
                self.refuse_bodies(upstream)
            with report.check("posts one after the other"):
                port = origins[kind].rsplit(":", 1)[1]
                before = len(self.posts(port))
                upstream.ask_often(12)
                used = {line[1] for line in until(lambda: self._since(port, before, 12), "nginx's log")}
                same(len(used), 1 if kind == "kept" else 12, "connections to nginx")
            upstream.check_books()
        report.peer = "nginx, three requests a connection"
        upstream = Upstream(self.stage, self.mock, origins["few"], LANES="1")
        with report.check("no request is lost when a connection has had its three"):
            upstream.ask_often(20)
        with report.check("a reload closes what is kept, and no request is lost by it"):
            self.reload(program, upstream)
        with report.check("an nginx that is gone is a 502, and one that is back is found"):
            self.restart(program, upstream)
        upstream.service.stop()

    def refuse_bodies(self, upstream):
        """nginx answers before it has read the body, and then closes."""
        large = content(4_000_000)
        for words, options in (("with a length", ("--data-binary", "@-")),
                               ("with a length, after 100 Continue", ("--data-binary", "@-", "-H",
                                                                      "Expect: 100-continue")),
                               ("in chunks", ("-X", "POST", "-T", "-"))):
            with self.stage.report.check(f"a body too large for it, {words} (413)"):
                same(upstream.both("/v1/limited/echo", *OCTETS, *options, data=large).status, 413, "status")

    def _since(self, port, before, wanted):
        lines = self.posts(port)[before:]
        return lines if len(lines) >= wanted else None

    def _worker(self, program):
        with open(f"/proc/{program.pid}/task/{program.pid}/children", encoding="utf-8") as file:
            return file.read().split()

    def reload(self, program, upstream):
        old = until(lambda: self._worker(program), "nginx has a worker")
        program.send_signal(signal.SIGHUP)
        until(lambda: self._worker(program) and not set(old) & set(self._worker(program)), "the old worker has gone")
        upstream.ask_often(5)

    def restart(self, program, upstream):
        self.stage.stop(program)
        got = Curl(self.stage, upstream.service.v1 + "/answer", key=upstream.service.key)
        upstream.counted += 1
        same(got.status, 502, "status")
        expect(b"upstream_unreachable" in got.body, "the answer:", got.body)
        again = self.stage.start("nginx", "nginx", "-p", self.stage.directory, "-c", self.stage.path("nginx.conf"))
        self.stage.wait_for_port(again, "nginx", int(upstream.origin.rsplit(":", 1)[1]))
        upstream.ask_often(3)
        upstream.service.expect_books(upstream.counted, failed=1)
