"""An EC2 instance as a folder of this machine: it runs the real user data, and what that starts.

Paths of the script that a machine would have of its own lie below the folder; what a machine has and this one
lacks (systemd, dnf, instance metadata, the AWS CLI) are the small programs in bin/. All of it is in the emulator's own process
group, so that whatever ends that ends this too.
"""

import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import botocore.exceptions
import botocore.session

_HERE = os.path.dirname(os.path.abspath(__file__))
_ADDRESS = "127.0.0.1"
_OWN = re.compile(r"(?<![\w./}])/(?=(?:opt|etc|var|mnt|root)(?:[/\s'\"]|$))", re.MULTILINE)
_EVENT = 200_000
_INHERITED = ("HOME", "TMPDIR")


class Machine:
    def __init__(self, identity, user_data, environment):
        self.port = _free_port()
        self._running = set()
        self.folder = tempfile.mkdtemp(prefix=f"{identity}-")
        script = self._here(base64.b64decode(user_data).decode())
        path = os.path.join(self.folder, "user-data")
        with open(path, "w") as file:
            file.write(script)
        for name in ("opt", "etc/systemd/system", "etc/logrotate.d", "var/log", "root", "run"):
            os.makedirs(os.path.join(self.folder, name))
        self._environment = {
            **{key: os.environ[key] for key in _INHERITED if key in os.environ},
            **environment,
            # Past whoever records the calls of functions.
            "AWS_ENDPOINT_URL": f"http://{_ADDRESS}:{os.environ['GATEWAY_PORT']}",
            "PATH": ":".join([f"{_HERE}/bin", os.path.dirname(sys.executable), os.environ.get("PATH", "/usr/bin:/bin")]),
            "MACHINE": self.folder,
            "MACHINE_ID": identity,
            "MACHINE_PORT": str(self.port),
        }
        with open(os.path.join(self.folder, "var/log/cloud-init-output.log"), "wb") as output:
            self._script = subprocess.Popen(
                ["bash", path],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _here(self, text):
        return _OWN.sub(f"{self.folder}/", text)

    def run(self, lines, folder, seconds, began=lambda child: None):
        """Runs lines as the agent of Systems Manager does.

        Gives what they ended with, None where that was not in time, and what they wrote. Tells the process to `began`.
        """
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen(
                ["sh", "-c", self._here("\n".join(lines))],
                cwd=self._here(folder) or self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
            self._running.add(child)
            began(child)
            try:
                code = child.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                code = None
            self._running.discard(child)
            return code, _written(out), _written(err)

    def log(self, group, stream, text):
        """With the rights of the instance; that it has none is no reason to fail."""
        session = botocore.session.get_session()
        given = self._environment
        logs = session.create_client(
            "logs",
            region_name=given["AWS_DEFAULT_REGION"],
            endpoint_url=given["AWS_ENDPOINT_URL"],
            aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=given["AWS_SESSION_TOKEN"],
        )
        try:
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
            for part in _parts(text):
                event = {"timestamp": int(time.time() * 1000), "message": part}
                logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])
        except botocore.exceptions.ClientError as error:
            print(f"{stream}: {error}", file=sys.stderr)

    @staticmethod
    def _end(path):
        with open(path) as file:
            pid = int(file.read())
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass

    def stop(self):
        for child in list(self._running):
            child.kill()
        if self._script.poll() is None:
            self._script.send_signal(signal.SIGTERM)
        for unit in os.listdir(os.path.join(self.folder, "etc/systemd/system")):
            subprocess.run(["systemctl", "stop", unit], env=self._environment, check=False)
        for name in os.listdir(os.path.join(self.folder, "run")):
            if name.endswith(".pid"):
                self._end(os.path.join(self.folder, "run", name))
        self._script.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _written(file):
    file.seek(0)
    return file.read().decode(errors="replace")


def _parts(text):
    """No event is larger than CloudWatch takes it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"""
    part = ""
    for line in text.splitlines(keepends=True):
        if part and len(part) + len(line) > _EVENT:
            yield part
            part = ""
        part += line
    if part:
        yield part


def _free_port():
    with socket.socket() as one:
        one.bind((_ADDRESS, 0))
        return one.getsockname()[1]
