"""Runs a program that sees folders where they are mounted: within.py FOLDER:PATH:MODE... -- COMMAND...

For this program alone, and what it starts: it has a view of the file system of its own, in which all below /mnt is
what is mounted there. Only Linux can do that, and not every container lets it.
"""

import ctypes
import os
import sys

_BELOW = "/mnt"
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_RDONLY, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
# What a remounted folder may not lose: nosuid, nodev and noexec have the same numbers in both.
_KEPT = 2 | 4 | 8
_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _mount(source, target, kind, flags):
    words = [one and one.encode() for one in (source, target, kind)]
    _checked(_libc.mount(*words, ctypes.c_ulong(flags), None))


def _own_view():
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        _checked(_libc.unshare(_CLONE_NEWNS))
    else:
        _checked(_libc.unshare(_CLONE_NEWNS | _CLONE_NEWUSER))
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    _mount("none", _BELOW, "tmpfs", 0)


def main() -> None:
    end = sys.argv.index("--")
    mounts = [one.rsplit(":", 2) for one in sys.argv[1:end]]
    _own_view()
    # What is mounted within another comes after it.
    for folder, path, mode in sorted(mounts, key=lambda one: len(one[1])):
        os.makedirs(path, exist_ok=True)
        _mount(folder, path, None, _MS_BIND)
        if mode == "ro":
            kept = os.statvfs(path).f_flag & _KEPT
            _mount(None, path, None, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | kept)
    command = sys.argv[end + 1 :]
    os.execvp(command[0], command)


main()
