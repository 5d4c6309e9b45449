# SPDX-License-Identifier: GPL-3.0-or-later
"""Outbound proxies: tinyproxy (HTTP CONNECT) and microsocks (SOCKS 5), with and without a password. The upstreams
have a name that only the proxies can resolve, so that nobody gets there without them.
"""

import ssl

from mock import UPSTREAM_SECRET, Mock, content
from peer_curl import OCTETS, Curl, ask_model, watch
from stage import expect, free_port, same
from wire import same_answer

HOST = "upstream.test"
LOGIN = "aUser:aPassword"
TINYPROXY = """
Port {port}
Listen 127.0.0.1
Timeout 60
MaxClients 50
Allow 127.0.0.1
LogLevel Connect
{more}
"""


class Peer:
    def __init__(self, stage, mock):
        self.stage = stage
        self.mock = mock
        self.proxies = {}

    def run(self):
        stage = self.stage
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*stage.certificate("upstream", names=f"DNS:{HOST},IP:127.0.0.1"))
        secure = Mock(tls=context)
        self.start()
        try:
            for kind, proxy in self.proxies.items():
                for mock, setting in ((self.mock, "HTTP_PROXY"), (secure, "HTTPS_PROXY")):
                    stage.report.peer = f"proxies, {kind}, {setting}"
                    self.through(mock, kind, {setting: proxy})
            stage.report.peer = "proxies"
            self.refusals()
            self.by_provider()
        finally:
            secure.close()

    def start(self):
        stage = self.stage
        hosts = {"LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_HOSTS": stage.write("hosts", f"127.0.0.1 {HOST}\n")}
        for kind, login in (("tinyproxy", ""), ("tinyproxy with a login", LOGIN)):
            port = free_port()
            name = kind.split(" ", 1)[0] + ("-login" if login else "")
            more = "BasicAuth " + login.replace(":", " ") if login else ""
            configuration = stage.write(name + ".conf", TINYPROXY.format(port=port, more=more))
            program = stage.start(kind, "tinyproxy", "-d", "-c", configuration, environment=hosts)
            stage.wait_for_port(program, kind, port)
            self.proxies[kind] = f"http://{login + '@' if login else ''}127.0.0.1:{port}"
        for kind, login in (("microsocks", ""), ("microsocks with a login", LOGIN)):
            port = free_port()
            options = ("-u", login.split(":")[0], "-P", login.split(":")[1]) if login else ()
            program = stage.start(kind, "microsocks", "-i", "127.0.0.1", "-p", str(port), *options,
                                  environment=hosts)
            stage.wait_for_port(program, kind, port)
            self.proxies[kind] = f"socks5://{login + '@' if login else ''}127.0.0.1:{port}"

    def service(self, mock, **settings):
        scheme = "https" if mock.tls else "http"
        return self.stage.service(f"{scheme}://{HOST}:{mock.port}/v1", LANES="1", UPSTREAM_PRIVATE_CA="true",
                                  UPSTREAM_CA_FILE=self.stage.path("authority.pem"), **settings)

    def through(self, mock, kind, settings):
        check = self.stage.report.check
        service = self.service(mock, **settings)
        trusting = ("--cacert", self.stage.path("authority.pem")) if mock.tls else ()
        counted = 0
        for target, options, data in (
            ("/v1/answer?shape=length&size=3000000", (), None),
            ("/v1/answer?shape=chunked&size=300000", (), None),
            ("/v1/answer?shape=close&size=300000", (), None),
            ("/v1/answer?shape=gzip&size=3000", (), None),
            ("/v1/answer?size=3000", ("-I",), None),
            ("/v1/echo", (*OCTETS, "--data-binary", "@-"), content(3_000_000)),
            ("/v1/echo", (*OCTETS, "-X", "POST", "-T", "-"), content(3_000_000)),
        ):
            with check(f"{target} {' '.join(o for o in options if o not in OCTETS)}".strip()):
                direct = Curl(self.stage, mock.origin + target, *options, *trusting, key="direct", data=data)
                got = Curl(self.stage, service.origin + target, *options, key=service.key, data=data)
                counted += 1
                same_answer(got.answer, direct.answer)
        with check("each event arrives before the next is sent"):
            name = self.stage.next_name("proxied")
            events = watch(mock, service.origin, service.key, name, 50)
            counted += 1
            same(len(events), 51, "events")
        with check("a kept connection is a kept way through the proxy"):
            same(Curl(self.stage, service.v1 + "/answer", key=service.key).status, 200, "status")
            before = mock.connections
            for _ in range(5):
                same(Curl(self.stage, service.v1 + "/echo", *OCTETS, "-d", "x", key=service.key).status, 200, "status")
            counted += 6
            same(mock.connections - before, 0, "new connections at the upstream")
        with check("the proxy was used, and the books hold it"):
            expect(HOST in self.stage.log(kind) or "127.0.0.1" in self.stage.log(kind), "the proxy's log is empty")
            service.expect_books(counted, failed=0)
        service.stop()

    def refused(self, words, **settings):
        with self.stage.report.check(words):
            service = self.service(self.mock, **settings)
            before = self.mock.count()
            got = Curl(self.stage, service.v1 + "/answer", key=service.key)
            same(got.status, 502, "status")
            expect(b"upstream_unreachable" in got.body, "the answer:", got.body)
            same(self.mock.count(), before, "requests at the mock")
            service.expect_books(1, failed=1)
            expect("aPassword" not in self.stage.log(service.name), "the password is in the log")
            service.stop()

    def refusals(self):
        self.refused("502 without a proxy, which nobody can resolve the name for")
        self.refused("502 where NO_PROXY names the host", HTTP_PROXY=self.proxies["tinyproxy"], NO_PROXY=HOST)
        nobody = free_port()
        self.refused("502 when no HTTP proxy listens", HTTP_PROXY=f"http://127.0.0.1:{nobody}")
        self.refused("502 when no SOCKS proxy listens", HTTP_PROXY=f"socks5://127.0.0.1:{nobody}")
        for kind in ("tinyproxy with a login", "microsocks with a login"):
            self.refused(f"502 without the login of {kind}", HTTP_PROXY=self.proxies[kind].replace(LOGIN + "@", ""))
            self.refused(f"502 with a wrong login for {kind}",
                         HTTP_PROXY=self.proxies[kind].replace(LOGIN, "aUser:aPassword2"))
        with self.stage.report.check("ALL_PROXY serves where nothing nearer is said"):
            service = self.service(self.mock, ALL_PROXY=self.proxies["microsocks"])
            same(Curl(self.stage, service.v1 + "/answer", key=service.key).status, 200, "status")
            service.stop()

    def by_provider(self):
        """Providers side by side: one through each proxy, one directly."""
        service = self.stage.service(HTTP_PROXY=self.proxies["tinyproxy"])
        for model, host, proxy, status in (
            ("connect", HOST, self.proxies["tinyproxy with a login"], 200),
            ("socks", HOST, self.proxies["microsocks with a login"], 200),
            ("loopback", "127.0.0.1", self.proxies["microsocks"], 200),
            ("settings", HOST, None, 200),
            ("none", HOST, "", 502),
        ):
            with self.stage.report.check(f"a provider of its own: {model}, {status}"):
                service.admin("POST", "/admin/providers", {
                    "name": model, "base_url": f"http://{host}:{self.mock.port}/v1", "secret": UPSTREAM_SECRET,
                    "models": [model], "proxy": proxy})
                same(ask_model(self.stage, service, model).status, status, "status")
        service.stop()
