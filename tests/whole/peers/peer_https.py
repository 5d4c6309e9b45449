# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstreams over TLS, vouched for by an authority made here: who is trusted, and that nothing else changes."""

from peer_curl import OCTETS, Curl, ask_model
from stage import expect, free_port, same
from upstreams import Upstream, write_files

NGINX = """
daemon off;
pid {directory}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    log_format tls '$server_port $connection $request_method $ssl_protocol $ssl_session_reused';
    access_log {directory}/nginx-access.log tls;
    client_body_temp_path {directory}/nginx-body;
    proxy_temp_path {directory}/nginx-proxy;
    fastcgi_temp_path {directory}/nginx-fastcgi;
    uwsgi_temp_path {directory}/nginx-uwsgi;
    scgi_temp_path {directory}/nginx-scgi;
    types {{ application/json json; application/octet-stream bin; }}
    gzip on;
    gzip_types application/json;
    gzip_proxied any;
    client_max_body_size 0;
    upstream mock {{ server {mock}; keepalive 8; }}
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_buffering off;
    proxy_request_buffering off;
    root {directory}/www;
    ssl_session_cache shared:sessions:1m;
    {servers}
}}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        ssl_protocols {protocols};
        keepalive_timeout {timeout};
        location / {{ proxy_pass http://mock; }}
        location /v1/files/ {{ }}
    }}
"""
CADDY = """
{{
    admin off
    auto_https off
    log {{
        level ERROR
    }}
}}
https://localhost:{port}, https://127.0.0.1:{port} {{
    tls {certificate} {key}
    encode gzip
    root * {directory}/www
    handle /v1/files/* {{
        file_server
    }}
    handle {{
        reverse_proxy {mock} {{
            flush_interval -1
        }}
    }}
}}
"""


class Peer:
    def __init__(self, stage, mock):
        self.stage = stage
        self.mock = mock
        self.ports = {}

    def run(self):
        stage = self.stage
        stage.run("chmod", "755", stage.directory)
        write_files(stage)
        self.start()
        authority = stage.path("authority.pem")
        trusting = {"UPSTREAM_CA_FILE": authority, "UPSTREAM_PRIVATE_CA": "true", "LANES": "1"}
        for name, words in (("modern", "nginx, TLS 1.3"), ("older", "nginx, TLS 1.2"), ("caddy", "Caddy")):
            stage.report.peer = f"https, {words}"
            # curl alone would agree on HTTP/2 with them.
            upstream = Upstream(stage, self.mock, f"https://127.0.0.1:{self.ports[name]}", "--cacert", authority,
                                "--no-alpn", **trusting)
            upstream.check_all()
            with stage.report.check("posts one after the other"):
                upstream.ask_often(12)
            upstream.check_books()
        stage.report.peer = "https"
        self.trust(authority)
        self.resumption(trusting)

    def start(self):
        stage = self.stage
        good = stage.certificate("good")
        stranger = stage.certificate("stranger", authority="other")
        misnamed = stage.certificate("misnamed", names="DNS:api.example")
        servers = []
        for name, (certificate, key), protocols, timeout in (
            ("modern", good, "TLSv1.3", 60), ("older", good, "TLSv1.2", 60), ("closing", good, "TLSv1.3 TLSv1.2", 0),
            ("stranger", stranger, "TLSv1.3", 60), ("misnamed", misnamed, "TLSv1.3", 60),
        ):
            self.ports[name] = free_port()
            servers.append(SERVER.format(port=self.ports[name], certificate=certificate, key=key,
                                         protocols=protocols, timeout=timeout))
        mock = self.mock.origin.removeprefix("http://")
        configuration = stage.write("nginx.conf", NGINX.format(directory=stage.directory, mock=mock,
                                                               servers="".join(servers)))
        nginx = stage.start("nginx", "nginx", "-p", stage.directory, "-c", configuration)
        for port in self.ports.values():
            stage.wait_for_port(nginx, "nginx", port)
        self.ports["caddy"] = free_port()
        configuration = stage.write("Caddyfile", CADDY.format(directory=stage.directory, mock=mock, key=good[1],
                                                              certificate=good[0], port=self.ports["caddy"]))
        caddy = stage.start("caddy", "caddy", "run", "--config", configuration, "--adapter", "caddyfile",
                            environment=dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"),
                                                      stage.directory))
        stage.wait_for_port(caddy, "caddy", self.ports["caddy"])

    def trust(self, authority):
        """Providers side by side in one service, each with its own trust."""
        service = self.stage.service(UPSTREAM_CA_FILE=authority)
        answers = {"trusted": 200, "trusted-by-name": 200, "not-private": 502, "other-authority": 502,
                   "other-name": 502}
        for model, origin, private in (
            ("trusted", f"https://127.0.0.1:{self.ports['modern']}", True),
            ("trusted-by-name", f"https://localhost:{self.ports['modern']}", True),
            ("not-private", f"https://127.0.0.1:{self.ports['modern']}", False),
            ("other-authority", f"https://127.0.0.1:{self.ports['stranger']}", True),
            ("other-name", f"https://127.0.0.1:{self.ports['misnamed']}", True),
        ):
            service.admin("POST", "/admin/providers", {
                "name": model, "base_url": origin + "/v1", "secret": "secret-of-the-upstream", "models": [model],
                "private_ca": private})
        for model, status in answers.items():
            with self.stage.report.check(f"{model}: {status}"):
                before = self.mock.count()
                got = ask_model(self.stage, service, model)
                same(got.status, status, "status")
                same(self.mock.count() - before, 1 if status == 200 else 0, "requests at the mock")
                if status == 502:
                    expect(b"upstream_unreachable" in got.body, "the answer:", got.body)
        with self.stage.report.check("the books hold them"):
            service.expect_books(5, failed=3)
        service.stop()

    def resumption(self, trusting):
        with self.stage.report.check("handshakes after the first resume its session"):
            service = self.stage.service(f"https://127.0.0.1:{self.ports['closing']}/v1", **trusting)
            for _ in range(6):
                same(Curl(self.stage, service.v1 + "/echo", *OCTETS, "-d", "x", key=service.key).status, 200, "status")
            service.stop()
            with open(self.stage.path("nginx-access.log"), encoding="utf-8") as file:
                resumed = [line.split()[4] for line in file if line.startswith(f"{self.ports['closing']} ")]
            same(resumed, ["."] + ["r"] * 5, "sessions")
