"""A task that mounts a file system has a folder that outlives it, the same as every other that mounts it.

The emulator mounts folders of the host alone. A process has no root of its own
that something could be mounted in: where its command or its environment names
the mount point, it is given the folder instead.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-efs-config.html
"""

import os
import tempfile

from ministack.services import ecs, efs

from . import ecs_processes

_binds = ecs._docker_binds_from_taskdef
_run = ecs_processes.Containers.run


def _folder(configuration):
    """Of the access point, below that of its file system; by the run, so that it is gone with it."""
    system = configuration.get("fileSystemId")
    point = (configuration.get("authorizationConfig") or {}).get("accessPointId")
    root = configuration.get("rootDirectory") or "/"
    if system not in efs._file_systems:
        raise ValueError(f"failed to invoke EFS utils commands: there is no file system {system}")
    if point:
        known = efs._access_points.get(point)
        if not known or known["FileSystemId"] != system:
            raise ValueError(f"failed to invoke EFS utils commands: {system} has no access point {point}")
        root = known["RootDirectory"].get("Path", "/")
    folder = os.path.join(tempfile.gettempdir(), "volumes", system, root.strip("/"))
    os.makedirs(folder, exist_ok=True)
    return folder


def _binds_with_files(definition, container):
    systems = {one["name"]: one.get("efsVolumeConfiguration") for one in definition.get("volumes", [])}
    mounted = [one for one in container.get("mountPoints", []) if systems.get(one.get("sourceVolume"))]
    return _binds(definition, container) + [
        f"{_folder(systems[one['sourceVolume']])}:{one['containerPath']}:{'ro' if one.get('readOnly') else 'rw'}"
        for one in mounted
    ]


def _placed(text, mounts):
    """The text with the folder in place of the mount point, at its beginning or as the whole of it."""
    for folder, path in mounts:
        if text == path or text.startswith(f"{path}/"):
            return folder + text[len(path) :]
    return text


def _run_in_place(self, image, command=None, environment=None, **options):
    mounts = [one.rsplit(":", 2)[:2] for one in options.get("volumes") or []]
    command = command and [_placed(word, mounts) for word in command]
    environment = {key: _placed(value, mounts) for key, value in (environment or {}).items()}
    return _run(self, image, command, environment, **options)


def apply() -> None:
    ecs._docker_binds_from_taskdef = _binds_with_files
    ecs_processes.Containers.run = _run_in_place
