"""A database server of this machine: a process, a folder with its files and its log, a port on 127.0.0.1."""

import contextlib
import importlib
import os
import random
import secrets
import shutil
import socket
import subprocess
import sys
import time

import freezing

_KEEPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keeper.py")
_LOOK_EVERY = 0.05
# What is there of a server only while it runs.
_OF_PROCESS = shutil.ignore_patterns("postmaster.pid", "postmaster.opts", "server.pid", "socket", "server.log")
# The administrator's, in all of a run: a restored copy has it too.
_PASSWORD = secrets.token_urlsafe(24)


class Server:
    def __init__(self, kind, folder):
        self.folder = folder
        self.port = _free_port()
        # Only now, with its driver: most emulators never have a database.
        self.engine = importlib.import_module("postgres" if kind == "postgres" else "mariadb")
        self._kept = None

    def create(self):
        """Makes the files of a server without databases. Raises what says why that is impossible."""
        os.makedirs(self.folder, mode=0o700)
        self.engine.create(self.folder, _PASSWORD, self._run_to_end)

    def start(self, parameters):
        """Starts it, and waits until it answers. Raises when it ends instead, with the end of what it said."""
        self._kept = self._run(self.engine.command(self.folder, self.port, parameters))
        while True:
            with contextlib.suppress(self.engine.NOT_YET):
                self.connect().close()
                return
            if not self.running:
                raise ChildProcessError(self._said())
            time.sleep(_LOOK_EVERY)

    def connect(self):
        """As its administrator, who is not the master user."""
        return self.engine.connect(self.port, self.engine.ADMIN, _PASSWORD)

    def certify(self, certificate, key):
        """What it shows whoever connects by TLS; as on RDS, one may go without."""
        for name, text in (("server.crt", certificate), ("server.key", key)):
            path = os.path.join(self.folder, name)
            with open(path, "w") as file:
                os.chmod(path, 0o600)
                file.write(text)

    def make_master(self, user, password, database):
        with contextlib.closing(self.connect()) as connection:
            self.engine.make_master(connection, user, password, database)

    def set_password(self, user, password):
        with contextlib.closing(self.connect()) as connection:
            self.engine.set_password(connection, user, password)

    def copy_to(self, folder):
        """Its files as they are at one moment, in which it stands still: some tens of milliseconds where little is in it."""
        with freezing.frozen(self._kept.pid) if self.running else contextlib.nullcontext():
            shutil.copytree(self.folder, folder, ignore=_OF_PROCESS)

    def follow(self, source):
        """Makes it the replica of another, of which it is a copy, from its next start on."""
        self.engine.follow(self.folder, source.port, _PASSWORD)

    @property
    def running(self):
        return self._kept is not None and self._kept.poll() is None

    def stop(self):
        if self._kept:
            self._kept.stdin.close()
            self._kept.wait()
            self._kept = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, command):
        with open(self._log, "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", _KEEPER, self.engine.STOP, self.folder, *command],
                env={**os.environ, **self.engine.environment()},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _run_to_end(self, command):
        with self._run(command) as kept:
            if kept.wait() != 0:
                raise ChildProcessError(self._said())

    @property
    def _log(self):
        return os.path.join(self.folder, "server.log")

    def _said(self):
        with open(self._log, errors="replace") as log:
            return "".join(log.readlines()[-5:]).strip()


def _free_port():
    """It is to stay free while the server is stopped: below those that systems give to connections that go out."""
    while True:
        port = random.randrange(10_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            return port
