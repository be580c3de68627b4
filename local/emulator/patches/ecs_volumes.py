"""A task that mounts a file system has a folder that outlives it, the same as every other that mounts it.

The emulator mounts folders of the host alone. Where this machine allows it, the task finds the folder at its mount
point; where not, its command and its environment are given the folder wherever they name the mount point.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-efs-config.html
"""

import os
import sys

from ministack.services import ecs

from . import ecs_processes

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../volumes"))
from volumes import folder_of, placed, seeing  # noqa: E402

_binds = ecs._docker_binds_from_taskdef
_run = ecs_processes.Containers.run


def _folder(configuration):
    point = (configuration.get("authorizationConfig") or {}).get("accessPointId")
    return folder_of(configuration.get("fileSystemId"), point, configuration.get("rootDirectory") or "/")


def _binds_with_files(definition, container):
    systems = {one["name"]: one.get("efsVolumeConfiguration") for one in definition.get("volumes", [])}
    mounted = [one for one in container.get("mountPoints", []) if systems.get(one.get("sourceVolume"))]
    return _binds(definition, container) + [
        f"{_folder(systems[one['sourceVolume']])}:{one['containerPath']}:{'ro' if one.get('readOnly') else 'rw'}"
        for one in mounted
    ]


def _run_in_place(self, image, command=None, environment=None, **options):
    mounts = options.get("volumes") or []
    command = command or self.command_of(image)
    seen = seeing(command, mounts) if mounts else command
    if seen:
        return _run(self, image, seen, environment, **options)
    environment = {key: placed(value, mounts) for key, value in (environment or {}).items()}
    return _run(self, image, [placed(word, mounts) for word in command], environment, **options)


def apply() -> None:
    ecs._docker_binds_from_taskdef = _binds_with_files
    ecs_processes.Containers.run = _run_in_place
