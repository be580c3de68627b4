"""Runs a program that ends when whoever started this does: keeper.py SIGNAL FOLDER COMMAND...

Its stdin is open for as long as that one lives. Then, or when it is closed, the program gets the signal, and is killed
where it does not end in time. It is a session of its own, so that whatever ends its starter leaves it that time.

Database servers refuse root. In a user namespace root is somebody else, to whom root's files belong; where
namespaces are forbidden, as in many containers, the program runs as `nobody`, whom the folder is given to.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from freezing import thaw  # noqa: E402

_NOBODY = 65534
_CLONE_NEWUSER = 0x10000000
_GRACE_SECONDS = 5


def _into_namespace() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER) != 0:
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"{_NOBODY} 0 1"), ("gid_map", f"{_NOBODY} 0 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    return True


def _become_nobody(folder: str) -> None:
    for path, folders, files in os.walk(folder):
        for one in [path, *(os.path.join(path, name) for name in folders + files)]:
            os.chown(one, _NOBODY, _NOBODY, follow_symlinks=False)
    os.setgroups([])
    os.setgid(_NOBODY)
    os.setuid(_NOBODY)


def main() -> None:
    name, folder, *command = sys.argv[1:]
    if os.geteuid() == 0 and not _into_namespace():
        _become_nobody(folder)
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def end() -> None:
        while os.read(0, 1024):
            pass
        thaw(os.getpid())
        program.send_signal(getattr(signal, name))
        try:
            program.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()

    threading.Thread(target=end, daemon=True).start()
    os._exit(program.wait() & 0xFF)


main()
