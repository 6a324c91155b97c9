# SPDX-License-Identifier: Apache-2.0
"""The change of the master key while letters come in and processes are killed: the steps that `martlet keys rotate --help` names.

After each step the change waits for a kill, so that a process has started in each state of the settings and the key store.
"""

import random
import secrets
import subprocess
import threading
import time

from .figures import figure
from .product import http

REFUSAL = "martlet: The master key does not open this key store.\n"
CUT_OFF = 3


class Rotation:
    def __init__(self, run):
        self.run = run
        self.by_variable = run.options.rotate == "environment"
        self.former_file = run.folder / "former.key"
        self.new_file = run.folder / "new.key"
        self.backup = run.folder / "backup"
        self.backup_keys = run.folder / "backup.keys"
        # Kills by the step that they came after.
        self.kills = {}
        self.cut_off = 0
        self.tried_again = []
        self.is_over = threading.Event()
        self.watch = HealthWatch(run)
        # What the former key still opened, in words; and what of the new one's failed.
        self.faults = []

    @property
    def former(self):
        return {"environment": "MARTLET_FORMER"} if self.by_variable else {"file": str(self.former_file)}

    @property
    def new(self):
        return {"environment": "MARTLET_NEW"} if self.by_variable else {"file": str(self.new_file)}

    @property
    def settings(self):
        """To begin with."""
        return {"masterKey": self.former}

    def prepare(self):
        self.former_file.write_text(secrets.token_hex(32) + "\n")
        self.former_file.chmod(0o600)

    @property
    def environment(self):
        keys = {"MARTLET_FORMER": self.former_file, "MARTLET_NEW": self.new_file} if self.by_variable else {}
        return {name: file.read_text().strip() for name, file in keys.items() if file.exists()}

    def carry_out(self):
        try:
            while self.run.kills < max(1, self.run.options.kills // 4) and not self.run.over.wait(0.05):
                pass
            threading.Thread(target=self.watch.look, daemon=True).start()
            self.steps()
        finally:
            self.watch.is_over.set()
            self.is_over.set()

    def steps(self):
        first = self.run.everybody[0]
        made = first.run([first.martlet, "keys", "make", self.new_file])
        self.expect("keys make", made.stdout + made.stderr, "Keep a copy of it where no backup of the data is.\n")
        self.set_all({"masterKey": {**self.new, "former": self.former}})
        if self.by_variable:
            self.restart_all()
        self.wait_for_kill("named")
        self.rotate_and_cut_off(first)
        self.say_at_last(first, "keys", "rotate")
        self.expect("keys check", self.say_at_last(first, "keys", "check"), "\"former\" can go from the settings.\n")
        self.wait_for_kill("rotated")
        self.say_at_last(first, "backup", self.backup, "--keys", self.backup_keys)
        self.set_all({"masterKey": self.new})
        self.wait_for_kill("alone")

    def set_all(self, settings):
        """In the file and, where keys come so, the environment of the next start."""
        for martlet in self.run.everybody:
            martlet.environment.update(self.environment)
            martlet.set(settings)

    def restart_all(self):
        """One after the other, each to its end and in order."""
        for martlet in list(self.run.martlets):
            with self.run.killing:
                if martlet in self.run.martlets:
                    with self.run.without(martlet):
                        martlet.stop()
                        martlet.start()

    def wait_for_kill(self, step):
        """And until who was killed is up again: it started with what this step left."""
        before = self.run.kills
        while self.run.kills == before and not self.run.over.wait(0.05):
            pass
        with self.run.killing:
            self.kills[step] = self.run.kills - before

    def rotate_and_cut_off(self, martlet):
        for _ in range(CUT_OFF):
            rotating = subprocess.Popen(
                martlet.command("keys", "rotate"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, env=martlet.whole_environment)
            try:
                rotating.wait(random.uniform(0, 0.2))
            except subprocess.TimeoutExpired:
                rotating.kill()
                rotating.wait()
                self.cut_off += 1

    def say_at_last(self, martlet, *arguments, within=120):
        """Again where the database is away, as the help says that one may."""
        deadline = time.monotonic() + within
        while True:
            try:
                return martlet.say(*arguments)
            except RuntimeError as trouble:
                if not self.run.database or time.monotonic() > deadline or self.run.over.is_set():
                    raise
                self.tried_again.append(str(trouble))
                time.sleep(0.2)

    def expect(self, name, said, ending):
        if not said.endswith(ending):
            self.faults.append(f"{name}: {said}")

    # MARK: At the end

    def check(self):
        """That the former key opens neither the installation nor the backup, and that the new one opens the backup."""
        for martlet in self.run.martlets:
            martlet.stop()
        outdated = self.outdated(self.run.everybody[0], "outdated.yaml", self.run.everybody[0].values)
        for command in ("keys check", "doctor --offline", "serve"):
            self.refuse(outdated, command)
        if self.run.bucket:
            return
        values = {"data": str(self.run.folder / "restored")}
        if self.run.database:
            self.run.database.ask("CREATE DATABASE restored")
            values["database"] = {"url": self.run.database.address.removesuffix("postgres") + "restored"}
        restored = self.outdated(self.run.everybody[0], "restored.yaml", values)
        arguments = ["restore", self.backup, "--keys", self.backup_keys]
        self.refuse(restored, " ".join(map(str, arguments)))
        restored.set({"masterKey": self.new})
        try:
            self.expect("doctor of the restored", restored.say(*arguments) and restored.say("keys", "check"),
                        "The keys open the data of 1 tenant.\n")
        except RuntimeError as trouble:
            self.faults.append(str(trouble))

    def outdated(self, martlet, name, values):
        other = martlet.beside(self.run.folder / name)
        other.values = dict(values)
        other.set({"masterKey": self.former})
        return other

    def refuse(self, martlet, command):
        try:
            said = martlet.run(martlet.command(*command.split()), within=60)
        except subprocess.TimeoutExpired:
            self.faults.append(f"{command.split()[0]} with the former key: goes on")
            return
        if said.returncode != 74 or not (said.stdout + said.stderr).endswith(REFUSAL):
            self.faults.append(f"{command.split()[0]} with the former key: {said.returncode} {said.stdout}{said.stderr}")

    def show(self):
        figure("crash: kills after each step of the change of the master key", sum(self.kills.values()), "SIGKILL",
               **self.kills)
        figure("crash: changes of the master key that were cut off", self.cut_off, "times")
        figure("crash: commands of the change that were given again", len(self.tried_again), "times",
               examples=self.tried_again[:2])
        figure("crash: moments of the change at which no process answered", len(self.watch.silences), "moments",
               of=self.watch.rounds, longest=round(self.watch.longest, 2), examples=self.watch.silences[:3])
        figure("crash: processes that ended by themselves", len(self.watch.fallen), "processes",
               examples=self.watch.fallen[:2])
        figure("crash: what the former master key opens, or the new one does not", len(self.faults), "things",
               examples=self.faults)

    @property
    def is_held(self):
        return not (self.faults or self.watch.silences or self.watch.fallen) and self.watch.rounds > 0 and (
            list(self.kills) == ["named", "rotated", "alone"] and 0 not in self.kills.values())


class HealthWatch:
    """Asks all processes but the one that is just down, ten times a second, whether one of them is healthy."""

    def __init__(self, run):
        self.run = run
        self.rounds = 0
        self.longest = 0.0
        self.silences = []
        self.fallen = []
        self.is_over = threading.Event()

    def look(self):
        began = time.monotonic()
        while not self.is_over.wait(0.1):
            self.look_for_fallen()
            ends = self.run.ends
            up = [one for one in list(self.run.martlets) if one is not self.run.down]
            asked = time.monotonic()
            if not up:
                continue
            if any(is_healthy(one) for one in up):
                self.longest = max(self.longest, time.monotonic() - asked)
            elif self.run.ends != ends:
                # Who was asked was killed meanwhile; so another one is up now, and is asked next.
                continue
            else:
                self.silences.append(f"{asked - began:.1f} s after the beginning")
            self.rounds += 1

    def look_for_fallen(self):
        """Of those that nobody has ended."""
        if not self.run.killing.acquire(blocking=False):
            return
        try:
            for one in self.run.martlets:
                if one.program.process.poll() is not None:
                    self.fallen.append(f"{one.program.process.returncode}: {one.program.tail(5)}")
                    one.start()
        finally:
            self.run.killing.release()


def is_healthy(martlet):
    try:
        return http("GET", f"http://127.0.0.1:{martlet.console_port}/health", timeout=5)[0] == 200
    except OSError:
        return False
