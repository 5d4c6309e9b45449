# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs in node/, each against the upstream directly and through the service, in clear and over TLS."""

import os
import subprocess

from stage import Failed, expect


class Peer:
    # Streams that a script leaves in the middle.
    LEFT = {"http": ["http-cut1", "http-cut2", "http-cut3"], "undici": ["undici-cut", "undici-destroyed"],
            "openai": ["openai-cut"]}

    def __init__(self, stage, mock, name):
        self.stage = stage
        self.mock = mock
        self.name, _, tls = name.partition("-")
        settings, self.trust = {}, {}
        if tls:
            settings["TLS_CERT_FILE"], settings["TLS_KEY_FILE"] = stage.certificate("front")
            self.trust["NODE_EXTRA_CA_CERTS"] = stage.path("authority.pem")
        self.service = stage.service(mock.origin + "/v1", **settings)

    def run(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "node", self.name + ".mjs")
        environment = {**os.environ, "PEERS_ORIGIN": self.service.origin, "PEERS_MOCK": self.mock.origin,
                       "PEERS_KEY": self.service.key, "PEERS_ADMIN_TOKEN": self.service.admin_token,
                       **self.trust}
        done = subprocess.run(["node", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=environment, timeout=90, check=False)
        report, counted = self.stage.report, None
        for line in done.stdout.splitlines():
            word, _, rest = line.partition(" ")
            if word == "ok":
                report.good(rest)
            elif word == "FAILED":
                report.bad(*rest.split("\t", 1))
            elif word == "counted":
                counted = int(rest)
            else:
                print(f"        {line}")
        if counted is None:
            raise Failed(f"{self.name}.mjs ended with {done.returncode} before its end")
        for name in self.LEFT[self.name]:
            with report.check(f"the upstream of {name} was told"):
                expect(self.mock.stream(name).left.wait(20), "it was not")
        with report.check(f"the books hold the {counted} requests"):
            self.service.expect_books(counted, refused=0)
            self.service.expect_no_connections()
        self.service.stop()
