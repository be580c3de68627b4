"""Holds a server still, with all of its processes, so that its files are those of one moment.

A copy made meanwhile is what a snapshot of a volume is: as if the power had gone then. A server recovers from that.
"""

import contextlib
import os
import signal
import subprocess
import time

_STOPPED = "T"


def _processes():
    """Each process: its number, its parent's, and its state."""
    if not os.path.isdir("/proc/self"):
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
        return [(int(pid), int(parent), state[0]) for pid, parent, state in map(str.split, listed.stdout.splitlines())]
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as file:
            # The name before it may hold anything, a parenthesis as well.
            state, parent = file.read().rpartition(")")[2].split()[:2]
            found.append((int(name), int(parent), state))
    return found


def _below(ancestor):
    """The states of all that it has started, and what that has."""
    processes = _processes()
    family, states = {ancestor}, {}
    for _ in processes:
        fresh = {pid: state for pid, parent, state in processes if parent in family and pid not in family}
        if not fresh:
            break
        family |= set(fresh)
        states |= fresh
    return states


@contextlib.contextmanager
def frozen(ancestor):
    """All below this process stands still; the process itself does not."""
    held = set()
    try:
        while True:
            states = {pid: state for pid, state in _below(ancestor).items() if state != "Z"}
            if held >= set(states) and all(state == _STOPPED for state in states.values()):
                break
            for pid in set(states) - held:
                held.add(pid)
                _send(pid, signal.SIGSTOP)
            time.sleep(0.001)
        yield
    finally:
        for pid in held:
            _send(pid, signal.SIGCONT)


def thaw(ancestor):
    """All below this process goes on, where whoever held it still is no more."""
    for pid in _below(ancestor):
        _send(pid, signal.SIGCONT)


def _send(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
