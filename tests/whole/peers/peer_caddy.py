# SPDX-License-Identifier: GPL-3.0-or-later
"""Caddy as an upstream."""

from stage import free_port
from upstreams import Upstream, write_files

CONFIGURATION = """
{{
    admin off
    auto_https off
    log {{
        level ERROR
    }}
}}
(same) {{
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
# Keeps connections, compresses.
http://127.0.0.1:{kept} {{
    import same
}}
# Closes each one after its answer.
http://127.0.0.1:{closing} {{
    header Connection close
    import same
}}
"""


class Peer:
    def __init__(self, stage, mock):
        self.stage = stage
        self.mock = mock

    def run(self):
        report = self.stage.report
        print(f"        caddy {self.stage.run('caddy', 'version').stdout.decode().strip()}")
        write_files(self.stage)
        ports = {"kept": free_port(), "closing": free_port()}
        configuration = self.stage.write("Caddyfile", CONFIGURATION.format(
            directory=self.stage.directory, mock=self.mock.origin.removeprefix("http://"), **ports))
        program = self.stage.start("caddy", "caddy", "run", "--config", configuration, "--adapter", "caddyfile",
                                   environment={"HOME": self.stage.directory,
                                                "XDG_DATA_HOME": self.stage.directory,
                                                "XDG_CONFIG_HOME": self.stage.directory})
        for kind, words in (("kept", "keep-alive"), ("closing", "closing")):
            report.peer = f"caddy, {words}"
            self.stage.wait_for_port(program, "caddy", ports[kind])
            upstream = Upstream(self.stage, self.mock, f"http://127.0.0.1:{ports[kind]}", LANES="1")
            upstream.check_all()
            with report.check("posts one after the other"):
                upstream.ask_often(12)
            upstream.check_books()
