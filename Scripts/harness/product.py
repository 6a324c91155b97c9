# SPDX-License-Identifier: Apache-2.0
"""Martlet itself and its stand-in for Jira, on loopback, in a folder of their own."""

import base64
import copy
import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request

from .processes import NotUp, Program, free_port

CATCH = "help@demo.example"
PROJECT = "HELP"
USER = "mail-handler@example.com"
TOKEN = "sandbox-token"
WEBHOOK_SECRET = "not a secret: loopback only"


def http(method, url, body=None, headers=None, timeout=30):
    """Status and bytes of the answer; an error of the connection is raised."""
    headers = dict(headers or {})
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        headers.setdefault("Content-Type", "application/json")
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def shared_settings(folder):
    """What several processes have in common: each has a data folder of its own."""
    return {
        "keys": str(folder / "keys"), "masterKey": {"file": str(folder / "master.key")},
        "bodies": {"folder": str(folder / "bodies"), "shared": True},
    }


class Sandbox:
    """`martlet sandbox`: Jira's REST and a mailbox, in memory."""

    def __init__(self, martlet, folder):
        self.port = free_port()
        self.smtp_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.program = Program(
            [martlet, "sandbox", "--port", self.port, "--smtp-port", self.smtp_port, "--user", USER, "--token", TOKEN],
            folder / "sandbox.log")

    def start(self):
        self.program.start([self.port, self.smtp_port])
        return self

    def stop(self):
        self.program.stop()

    def read(self, path):
        status, body = http("GET", self.url + path, headers=self.authorization)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {body[:300]!r}")
        return json.loads(body)

    def write(self, path, body):
        status, answer = http("POST", self.url + path, body, headers=self.authorization)
        if status not in (200, 201, 204):
            raise RuntimeError(f"POST {path}: {status} {answer[:300]!r}")
        return json.loads(answer) if answer else None

    @property
    def authorization(self):
        return {"Authorization": "Basic " + base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()}

    def counts(self):
        return self.read("/sandbox/counts")

    def mail(self):
        return self.read("/sandbox/mail")


class Martlet:
    """`martlet serve` with one profile and one notification, set up by `martlet apply`."""

    def __init__(self, martlet, folder, sandbox, coalescing_seconds=1, workers=None, database=None, more=None,
                 also=None, environment=None):
        """`more` is added to the settings, `also` to the lists of the configuration."""
        self.martlet = martlet
        self.folder = folder
        # Beside that of this process; for each start and command from now on.
        self.environment = dict(environment or {})
        self.smtp_port = free_port()
        self.console_port = free_port()
        self.settings = folder / "martlet.yaml"
        self.values = {
            "data": str(folder / "data"),
            "smtp": {"port": self.smtp_port},
            "console": {"port": self.console_port, "coalescingSeconds": coalescing_seconds},
        }
        if workers is not None:
            self.values["workers"] = workers
        if database is not None:
            self.values["database"] = {"url": database}
        self.set(more or {})
        self.configuration = folder / "configuration.yaml"
        configuration = {
            "version": 1,
            "connections": [
                {"id": "jira", "site": sandbox.url, "account": USER, "allowsPrivateAddress": True}],
            "outbounds": [{"id": "out", "host": "127.0.0.1", "port": sandbox.smtp_port, "security": "plain"}],
            "profiles": [{"id": "support", "catch": [CATCH], "project": PROJECT}],
            "notifications": [{"id": "news", "outbound": "out", "from": CATCH}],
            "secrets": [
                {"connection": "jira", "name": "token", "value": TOKEN},
                {"connection": "jira", "name": "webhook", "value": WEBHOOK_SECRET},
            ],
        }
        for name, some in (also or {}).items():
            configuration[name] += some
        self.configuration.write_text(json.dumps(configuration))
        self.program = Program([martlet, "serve", "--config", self.settings], folder / "serve.log")

    def set(self, values):
        """Other settings than before, for whoever reads them from now on: in one piece, as editors do."""
        self.values.update(values)
        written = self.settings.with_suffix(".new")
        written.write_text(json.dumps(self.values))
        written.replace(self.settings)

    def beside(self, settings):
        """For commands with settings of their own."""
        other = copy.copy(self)
        other.settings, other.values = settings, {}
        return other

    def set_up(self):
        """Applies the configuration and gives the address that Jira's webhooks go to."""
        return re.search(r"http://\S+/hooks/jira/\S+", self.say("apply", self.configuration)).group()

    def command(self, *arguments):
        return [self.martlet, *map(str, arguments), "--config", self.settings]

    def run(self, command, within=120):
        """To its end."""
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=within, env=self.whole_environment)

    def say(self, *arguments):
        """What a command that must go well prints."""
        said = self.run(self.command(*arguments))
        if said.returncode != 0:
            raise RuntimeError(f"martlet {' '.join(map(str, arguments))}: {said.stdout}{said.stderr}")
        return said.stdout

    @property
    def whole_environment(self):
        return {**os.environ, **self.environment}

    def start(self):
        self.program.environment = self.whole_environment
        self.program.start([self.smtp_port, self.console_port], within=60)
        return self

    @property
    def store_id(self):
        """What the process calls itself in a database that it shares; nothing before its first start."""
        file = self.folder / "data" / "store" / "process"
        return file.read_text().split()[0] if file.exists() else None

    def done(self, line):
        """How many letters or events this process has brought to their end, over all its starts."""
        return len(self.finished(line))

    def finished(self, line):
        """The ids of letters or events that this process has brought to their end, over all its starts."""
        ring = [file for file in (self.folder / "data" / "logs").glob("*") if file.is_file()]
        done = re.compile(rf" {line} done .*\bjob=(\w+)")
        return {found for file in ring for found in done.findall(file.read_text(encoding="utf-8", errors="replace"))}

    def start_until_healthy(self):
        """Seconds from the start of the process until /health says 200."""
        began = time.monotonic()
        self.program.environment = self.whole_environment
        self.program.start()
        while True:
            try:
                if http("GET", f"http://127.0.0.1:{self.console_port}/health", timeout=1)[0] == 200:
                    return time.monotonic() - began
            except OSError:
                pass
            if self.program.process.poll() is not None or time.monotonic() - began > 60:
                raise NotUp(f"martlet serve is not healthy:\n{self.program.tail()}")
            time.sleep(0.002)

    def stop(self):
        self.program.stop()

    def kill(self):
        self.program.kill()
