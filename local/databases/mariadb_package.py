"""MariaDB's programs: those that are installed, or those of the system's package, unpacked without installing them.

No package of npm or pip brings them. Debian's and Ubuntu's apt downloads for everybody, not for root alone,
and checks what it downloads by the distribution's own signature.
"""

import contextlib
import glob
import os
import shutil
import subprocess
import tempfile

_ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
_PACKAGE = "mariadb-server-core"
_MISSING = (
    "there is no MariaDB, and no apt that could download it: install it so that `mariadbd` is on PATH"
    " (Fedora: dnf install mariadb-server · macOS: brew install mariadb)"
)


# Not on everybody's PATH.
_BESIDES = "/usr/sbin:/usr/libexec"


class Programs:
    """Where below a folder the server is, and its own files."""

    def __init__(self, prefix, environment):
        self.server = _first(prefix, "usr/sbin/mariadbd", "sbin/mariadbd", "bin/mariadbd", "libexec/mariadbd")
        tables = _first(prefix, *(f"{one}/mysql_system_tables.sql" for one in _SHARED))
        self.share = tables and os.path.dirname(tables)
        self.environment = environment


_SHARED = ("usr/share/mysql", "usr/share/mariadb", "share/mysql", "share/mariadb")


def _first(prefix, *names):
    paths = [os.path.join(prefix, name) for name in names]
    return next((path for path in paths if os.path.exists(path)), None)


def programs():
    for look in (_installed, _unpacked):
        found = look()
        if found and found.server and found.share:
            return found
    raise FileNotFoundError(_MISSING)


def _installed():
    path = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:{_BESIDES}")
    return path and Programs(os.path.dirname(os.path.dirname(os.path.realpath(path))), {})


def _unpacked():
    folder = os.path.join(_ROOT, ".local/mariadb")
    if not os.path.isdir(folder) and not _unpack(folder):
        return None
    libraries = glob.glob(f"{folder}/usr/lib/*-linux-gnu*") + glob.glob(f"{folder}/lib/*-linux-gnu*")
    return Programs(folder, {"LD_LIBRARY_PATH": ":".join(libraries)})


def _unpack(folder):
    """Aside, and put in place whole, so that what was broken off is never used."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return False
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(folder), prefix="mariadb.") as aside:
        packages, files = os.path.join(aside, "packages"), os.path.join(aside, "files")
        os.mkdir(packages)
        if not _download([], packages) and not _download(_lists(aside), packages):
            return False
        for one in glob.glob(f"{packages}/*.deb"):
            subprocess.run(["dpkg-deb", "--extract", one, files], check=True)
        # Another emulator may have been faster; then what it unpacked is as good.
        with contextlib.suppress(OSError):
            os.rename(files, folder)
    return True


def _lists(aside):
    """Lists of packages of our own, where the system has none: those of the system only root may fetch."""
    lists, cache = os.path.join(aside, "lists"), os.path.join(aside, "cache")
    os.makedirs(f"{lists}/partial")
    os.makedirs(f"{cache}/archives/partial")
    options = ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}"]
    _apt(options, "update")
    return options


def _download(options, folder):
    """The package, and what it needs and the system lacks."""
    simulated = _apt(options, "install", "--simulate", "--no-install-recommends", _PACKAGE)
    names = [line.split()[1] for line in simulated.stdout.splitlines() if line.startswith("Inst ")]
    return bool(names) and _apt(options, "download", *names, folder=folder).returncode == 0


def _apt(options, *words, folder=None):
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(
        ["apt-get", "-qq", *options, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
