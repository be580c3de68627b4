"""A function that mounts a file system has the folder that tasks which mount it have.

The emulator only remembers what a function mounts, and forgets it where a stack makes the function. Where this machine
allows it, the function finds the folder at its mount point; where not, its environment is given the folder
wherever that names the mount point.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem-efs.html
"""

import contextvars
import os
import subprocess
import sys
import types

from ministack.core import lambda_runtime
from ministack.services import efs, lambda_svc
from ministack.services.cloudformation import provisioners

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../volumes"))
from volumes import folder_of, placed, seeing  # noqa: E402

_spawn = lambda_runtime.Worker._spawn
_HANDLERS = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
_create = _HANDLERS["create"]
_update = _HANDLERS["update"]
_mounts = contextvars.ContextVar("mounts", default=())


def _mount(one):
    arn, path = one["Arn"], one["LocalMountPath"]
    point = efs._access_points.get(arn.rsplit("/", 1)[-1])
    if not point:
        raise RuntimeError(f"EFSMountFailureException: there is no access point {arn}")
    return f"{folder_of(point['FileSystemId'], point['AccessPointId'])}:{path}:rw"


def _spawn_with_files(self, *args, **options):
    mounts = [_mount(one) for one in self.config.get("FileSystemConfigs") or []]
    if mounts and not seeing([], mounts):
        variables = self.config["Environment"]["Variables"]
        there = {key: placed(value, mounts) for key, value in variables.items()}
        self.config = {**self.config, "Environment": {"Variables": there}}
        mounts = []
    token = _mounts.set(mounts)
    try:
        return _spawn(self, *args, **options)
    finally:
        _mounts.reset(token)


def _popen(command, *args, **options):
    mounts = _mounts.get()
    return subprocess.Popen(seeing(command, mounts) if mounts else command, *args, **options)


def _remembered(name, props):
    config = lambda_svc._functions[name]["config"]
    mounted = props.get("FileSystemConfigs") or []
    if config.get("FileSystemConfigs", []) != mounted:
        config["FileSystemConfigs"] = mounted
        # What runs already has the mounts that it had.
        lambda_svc.invalidate_worker(name)


def _created(logical_id, props, stack_name):
    made = _create(logical_id, props, stack_name)
    _remembered(made[0], props)
    return made


def _updated(physical_id, old, new, *rest, **more):
    changed = _update(physical_id, old, new, *rest, **more)
    _remembered(changed[0], new)
    return changed


def apply() -> None:
    lambda_runtime.subprocess = types.SimpleNamespace(**{**vars(subprocess), "Popen": _popen})
    lambda_runtime.Worker._spawn = _spawn_with_files
    _HANDLERS["create"] = _created
    _HANDLERS["update"] = _updated
