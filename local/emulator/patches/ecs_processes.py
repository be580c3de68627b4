"""A task of ECS is real: its containers are processes of this machine.

The emulator runs containers where there is Docker, and without it only says so.
Here a process stands for each container, started by the command that the image
was given: `POST /_pilotage/images {"images": {<image>: {"command": [...], "cwd": …}}}`.
Each has a port of its own on 127.0.0.1, told to it as PORT; an image is known by
its whole name or by its digest alone.
"""

import collections
import json
import os
import signal
import socket
import subprocess
import threading
import time
import uuid

import ministack.app
from ministack.services import ecs

_ADDRESS = "127.0.0.1"
_KEPT_LINES = 1000
# So long Docker waits for the last lines of a container that has ended: loggerCloseTimeout of its daemon.
_LAST_LINES_SECONDS = 10
_INHERITED = ("PATH", "HOME", "TMPDIR")
_admin = ministack.app._handle_admin_config_request


class Container:
    """One process, with what the emulator asks of a container of Docker's SDK."""

    attrs = {"NetworkSettings": {"Networks": {"local": {"IPAddress": _ADDRESS}}}}

    def __init__(self, command, cwd, environment):
        self.id = uuid.uuid4().hex
        self.port = _free_port()
        self._lines = collections.deque(maxlen=_KEPT_LINES)
        self._written = threading.Condition()
        self._open = True
        self._followed = threading.Event()
        self._told = threading.Event()
        self._ended_at = None
        inherited = {key: os.environ[key] for key in _INHERITED if key in os.environ}
        # In the emulator's own process group, so that whatever ends that ends this too.
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**inherited, **environment, "PORT": str(self.port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            with self._written:
                self._lines.append(line)
                self._written.notify_all()
        with self._written:
            self._open = False
            self._written.notify_all()

    def logs(self, **_options):
        self._followed.set()
        return self._follow()

    def _follow(self):
        while True:
            with self._written:
                while self._open and not self._lines:
                    self._written.wait()
                if not self._lines:
                    self._told.set()
                    return
                line = self._lines.popleft()
            yield line

    @property
    def status(self):
        """As Docker tells it: a container has ended when its last lines are with the log driver."""
        if self.process.poll() is None:
            return "running"
        self._ended_at = self._ended_at or time.monotonic()
        waited = time.monotonic() - self._ended_at >= _LAST_LINES_SECONDS
        return "exited" if self._told.is_set() or not self._followed.is_set() or waited else "running"

    def reload(self):
        pass

    def wait(self):
        code = self.process.wait()
        # As a shell tells it: 128 and the signal.
        return {"StatusCode": code if code >= 0 else 128 - code}

    def stop(self, timeout=10):
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()

    def remove(self, **_options):
        self.stop(timeout=0)

    def _signal(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)


def _free_port():
    with socket.socket() as one:
        one.bind((_ADDRESS, 0))
        return one.getsockname()[1]


class _Host:
    """What the emulator takes for the container that it runs in itself: tasks reach it by this address."""

    attrs = Container.attrs


class Images:
    def __init__(self):
        self._known = {}

    def tell(self, images):
        self._known = {_short(name): one for name, one in images.items()}

    def find(self, image):
        return self._known.get(_short(image))


def _short(image):
    """What an image is known by: its digest, where it has one."""
    return image.split("@")[-1]


class Containers:
    def __init__(self, images):
        self._images = images
        self._running = {}

    def run(self, image, command=None, environment=None, **_options):
        known = self._images.find(image)
        container = Container(command or known["command"], known.get("cwd"), environment or {})
        self._running[container.id] = container
        return container

    def command_of(self, image):
        return self._images.find(image)["command"]

    def get(self, identity):
        return self._running[identity] if identity in self._running else _Host()

    def list(self, **_options):
        return list(self._running.values())


class Client:
    def __init__(self):
        self.images = Images()
        self.containers = Containers(self.images)


CLIENT = Client()


def _run(client, definition, options, **_rest):
    if not client.images.find(definition["image"]):
        raise ecs._ImagePullError(f"failed to resolve ref {definition['image']}: not found")
    return client.containers.run(definition["image"], **options)


def _published(cluster, service):
    """The running tasks of a service, as targets: each container that is named has a port of its own."""
    from ministack.services import alb

    group = f"service:{service.get('serviceName')}"
    for balancer in service.get("loadBalancers") or []:
        targets = []
        for task in list(ecs._tasks.values()) if service.get("status") == "ACTIVE" else []:
            if task.get("group") != group or task.get("clusterArn") != service.get("clusterArn"):
                continue
            if task.get("lastStatus") == "RUNNING" and task.get("desiredStatus") == "RUNNING":
                targets += [(_ADDRESS, port) for port in ports_of(task, balancer.get("containerName"))]
        arn = balancer.get("targetGroupArn")
        ledger = service.setdefault("_published_targets", {})
        with ecs.resource_lock("elbv2-targets", arn or ""):
            alb.set_targets_for_group(arn, targets, ledger.get(arn, ()))
            ledger[arn] = targets


def ports_of(task, name=None):
    """The ports that the containers of a task listen on; of the one so named, where a name is given."""
    pairs = zip(task.get("containers", []), task.get("_docker_ids") or [])
    return [CLIENT.containers.get(identity).port for one, identity in pairs if name in (None, one["name"])]


async def _told(path, method, body):
    if path != "/_pilotage/images" or method != "POST":
        return await _admin(path, method, body)
    _take_over()
    CLIENT.images.tell(json.loads(body)["images"])
    return 204, {}, b""


def _take_over():
    """Until somebody tells what images are, the emulator goes on as it is."""
    ecs._docker = CLIENT
    ecs._run_docker_container = _run
    # There is no registry to ask for a tag's digest.
    ecs._deployment_needs_first_task = lambda *_: False
    ecs._sync_service_targets = _published


def apply() -> None:
    ministack.app._handle_admin_config_request = _told
