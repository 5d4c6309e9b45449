# SPDX-License-Identifier: GPL-3.0-or-later
"""What every peer stands on: programs that are started and always ended, the service with its keys and books,
and the checks that are counted.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from mock import UPSTREAM_SECRET

PATIENCE = 20  # seconds within which any fact must come true

# A proxy of the environment could not reach this computer's loopback.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Failed(Exception):
    pass


def expect(fact, words, *details):
    if not fact:
        raise Failed(" ".join([words, *(repr(d)[:600] for d in details)]))


def same(through, direct, what):
    """That two readings agree; through is what came by way of the proxy."""
    if through != direct:
        raise Failed(f"{what} differ: through {through!r:.600}, direct {direct!r:.600}")


def until(fact, words):
    """Asks until it is so: for what other programs do and tell nobody."""
    end = time.monotonic() + PATIENCE
    while not (value := fact()):
        expect(time.monotonic() < end, f"not within {PATIENCE} s: {words}")
        threading.Event().wait(0.01)
    return value


class Report:
    def __init__(self):
        self.peer = ""
        self.passed = 0
        self.failures = []

    def good(self, words):
        self.passed += 1
        print(f"ok      {self.peer}: {words}", flush=True)

    def bad(self, words, reason):
        self.failures.append(f"{self.peer}: {words}")
        print(f"FAILED  {self.peer}: {words}: {reason}", flush=True)

    @contextlib.contextmanager
    def check(self, words):
        try:
            yield
        except Exception as error:  # whatever it is, the other checks are still worth asking
            self.bad(words, f"{type(error).__name__}: {error}")
        else:
            self.good(words)


class Stage:
    """One directory, and the programs that run in it."""

    def __init__(self, binary):
        self.binary = binary
        self.report = Report()
        self.directory = tempfile.mkdtemp(prefix="quota-peers-")
        self._programs = []
        self._serial = 0

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def run(self, *command, fails=False, data=None, environment=None):
        """A program to its end; its standard output as bytes."""
        done = subprocess.run(command, input=data, capture_output=True, timeout=60, cwd=self.directory,
                              env=environment, check=False)
        if not fails:
            expect(done.returncode == 0, f"{command[0]} ended with {done.returncode}:", done.stderr)
        return done

    def start(self, name, *command, environment=None):
        """A program that runs until the stage ends; what it says is in NAME.log."""
        with open(self.path(name + ".log"), "wb") as log:
            program = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                       cwd=self.directory, env={**os.environ, **(environment or {})})
        self._programs.append(program)
        return program

    def log(self, name):
        with open(self.path(name + ".log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self, program):
        if program.poll() is None:
            program.send_signal(signal.SIGTERM)
            try:
                program.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        if program in self._programs:
            self._programs.remove(program)
        return program.returncode

    def close(self):
        for program in reversed(list(self._programs)):
            self.stop(program)
        shutil.rmtree(self.directory, ignore_errors=True)

    def wait_for_port(self, program, name, port, address="127.0.0.1"):
        def listens():
            expect(program.poll() is None, f"{name} ended:", self.log(name))
            with contextlib.suppress(OSError):
                socket.create_connection((address, port), 1).close()
                return True
            return False

        until(listens, f"{name} listens on {port}")

    def next_name(self, word):
        self._serial += 1
        return f"{word}{self._serial}"

    def service(self, base_url=None, options=(), **settings):
        return Service(self, base_url, options, settings)

    def certificate(self, name, names="DNS:localhost,IP:127.0.0.1,IP:::1", authority="authority"):
        """PEM files of a server and of the authority that vouches for it, made where they are not there yet."""
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30")
        if not os.path.exists(self.path(f"{authority}.pem")):
            # Strict clients want an authority to say what it is.
            self.run("openssl", "req", "-x509", *curve, "-subj", f"/CN={authority} of the peers",
                     "-addext", "basicConstraints=critical,CA:true", "-addext", "keyUsage=critical,keyCertSign",
                     "-keyout", f"{authority}.key", "-out", f"{authority}.pem")
        self.write(f"{name}.ext", f"subjectAltName={names}\nauthorityKeyIdentifier=keyid\n")
        self.run("openssl", "req", *curve[:-2], "-subj", f"/CN={name}", "-keyout", f"{name}.key",
                 "-out", f"{name}.csr")
        self.run("openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem",
                 "-CAkey", f"{authority}.key", "-CAcreateserial", "-days", "30", "-extfile", f"{name}.ext",
                 "-out", f"{name}.pem")
        return self.path(f"{name}.pem"), self.path(f"{name}.key")


def free_port():
    """A port that nobody listens on, for programs that cannot choose one themselves."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class Service:
    """A running quota-proxy with a key, asked over its own doors."""

    def __init__(self, stage, base_url, options, settings):
        self.stage = stage
        self.name = stage.next_name("service")
        self.data = stage.path(self.name)
        environment = {
            "DEEPSEEK_API_KEY": UPSTREAM_SECRET, "DAILY_REQ_LIMIT": "-1", "HTTP_PROXY": "", "HTTPS_PROXY": "",
            "ALL_PROXY": "", "http_proxy": "", "https_proxy": "", "all_proxy": "", "LC_ALL": "C.UTF-8",
            **settings,
        }
        if base_url:
            environment["DEEPSEEK_BASE_URL"] = base_url
        self.program = stage.start(self.name, stage.binary, "serve", "--port", "0", "--data-dir", self.data,
                                   *options, environment=environment)
        pattern = re.compile(r"https?://(?:\[[0-9a-f:]+\]|[0-9.]+):(\d+)")

        def listens():
            expect(self.program.poll() is None, "the service ended:", stage.log(self.name))
            return next((pattern.search(line) for line in stage.log(self.name).splitlines(True)
                         if "listens" in line and line.endswith("\n")), None)

        found = until(listens, "the service listens")
        self.origin = found[0]
        self.port = int(found[1])
        self.v1 = self.origin + "/v1"
        with open(os.path.join(self.data, "admin-token"), encoding="utf-8") as file:
            self.admin_token = file.read().strip()
        self.use_new_key()

    def use_new_key(self, **fields):
        key = self.admin("POST", "/admin/keys", {"label": "peer", **fields})
        self.key, self.key_id = key["key"], key["id"]
        return self.key

    def admin(self, method, route, body=None):
        return json.loads(self._ask(method, route, body))

    def _ask(self, method, route, body=None):
        if self.origin.startswith("https:"):
            content = () if body is None else ("-d", json.dumps(body))
            return self.stage.run("curl", "-q", "-sSf", "--noproxy", "*", "--cacert",
                                  self.stage.path("authority.pem"), "-X", method, "-H",
                                  f"Authorization: Bearer {self.admin_token}", "-H",
                                  "Content-Type: application/json", *content, self.origin + route).stdout
        request = urllib.request.Request(
            self.origin + route, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.admin_token}", "Content-Type": "application/json"})
        try:
            with _opener.open(request, timeout=PATIENCE) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise Failed(f"{method} {route}: {error.code} {error.read()!r:.300}") from error

    def sums(self):
        return self.admin("GET", f"/admin/usage?key={self.key_id}")["sums"]

    def expect_books(self, requests, **more):
        """That the books of the key come to hold these sums."""
        wanted = {"requests": requests, **more}

        def settled():
            sums = self.sums()
            return all(sums[name] == value for name, value in wanted.items())

        try:
            until(settled, "the books")
        except Failed as error:
            raise Failed(f"the books hold {self.sums()!r}, wanted {wanted!r}") from error

    def expect_no_connections(self):
        """That every connection of a client was let go; the one that asks is left."""
        until(lambda: self.metric("quota_proxy_connections_active") <= 1, "no connection is left open")

    def metric(self, name):
        text = self._ask("GET", "/metrics").decode()
        found = re.search(rf"^{name} (\S+)$", text, re.M)
        expect(found, f"no metric {name} in", text)
        return float(found[1])

    def stop(self):
        code = self.stage.stop(self.program)
        expect(code == 0, f"the service ended with {code}:", self.stage.log(self.name)[-600:])
