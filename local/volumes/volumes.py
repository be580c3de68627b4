"""EFS file systems as folders of this machine, and how what runs gets to see them."""

import functools
import os
import subprocess
import sys
import tempfile

from ministack.services import efs

_WITHIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "within.py")
_BELOW = "/mnt/"


def folder_of(system, point=None, root="/"):
    """Of a root directory below that of its file system; by the run, so that it is gone with it.

    Raises what AWS says of a file system or an access point that is not there.
    """
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


def seeing(command, mounts):
    """The command of a program that finds folders at its mount points; None where that is impossible here.

    @param mounts: `folder:path:mode`, as Docker has them.
    """
    paths = [one.rsplit(":", 2)[1] for one in mounts]
    if not all(path.startswith(_BELOW) for path in paths) or not _is_possible():
        return None
    return [sys.executable, "-I", "-S", _WITHIN, *mounts, "--", *command]


@functools.cache
def _is_possible():
    # All else below /mnt is hidden from such a program.
    needed = (os.path.abspath(__file__), tempfile.gettempdir(), sys.executable, os.environ["PATH"].split(":")[0])
    if not sys.platform.startswith("linux") or any(path.startswith(_BELOW) for path in needed):
        return False
    tried = [sys.executable, "-I", "-S", _WITHIN, f"{tempfile.gettempdir()}:{_BELOW}tried:ro", "--", "true"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def placed(text, mounts):
    """The text with the folder in place of the mount point, at its beginning or as the whole of it: the innermost counts."""
    for folder, path, _mode in sorted((one.rsplit(":", 2) for one in mounts), key=lambda one: -len(one[1])):
        if text == path or text.startswith(f"{path}/"):
            return folder + text[len(path) :]
    return text
