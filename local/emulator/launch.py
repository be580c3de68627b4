"""Runs the emulator until its parent is gone.

The parent holds the other end of stdin and never writes: when it ends, however
it ends, stdin closes, and this process takes its whole group with it: the
emulator and every Lambda worker that it started. The parent must therefore
start it as the leader of a group of its own.
"""

import asyncio
import os
import signal
import sys
import threading

GRACE_SECONDS = 3


def end_group() -> None:
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    # First the graceful way, which empties temporary directories.
    threading.Timer(GRACE_SECONDS, end_group).start()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import patches

    patches.apply(os.environ.get("PILOTAGE_EMULATOR_PATCHES", "all"))

    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app

    config = Config()
    config.bind = [f"127.0.0.1:{os.environ['GATEWAY_PORT']}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    config.graceful_timeout = 1
    try:
        asyncio.run(serve(app, config))
    finally:
        end_group()


main()
