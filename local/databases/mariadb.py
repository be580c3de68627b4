"""MariaDB, which stands for MySQL as well."""

import os
import subprocess

import pymysql

import mariadb_package

ADMIN = "rdsadmin"
STOP = "SIGTERM"
NOT_YET = pymysql.err.OperationalError
# As the script of MariaDB that does this reads them.
_TABLES = ("mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql")
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
_OF_MASTER = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES,"
    " CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW,"
    " CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER"
)


def create(folder, password, _run):
    programs = mariadb_package.programs()
    os.mkdir(_data(folder), mode=0o700)
    tables = ["CREATE DATABASE mysql;", "USE mysql;"]
    for name in _TABLES:
        with open(os.path.join(programs.share, name)) as file:
            tables.append(file.read())
    made = subprocess.run(
        [*_server(programs, folder), "--bootstrap"],
        input="\n".join(tables),
        env={**os.environ, **programs.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise ChildProcessError(made.stderr[-500:])
    # Read at each start: the tables alone know no administrator.
    with open(_administrator(folder), "w") as file:
        os.chmod(file.name, 0o600)
        file.write(
            # What is done here is nothing for a replica.
            "SET sql_log_bin = 0;\n"
            f"CREATE OR REPLACE USER {ADMIN}@'127.0.0.1' IDENTIFIED BY '{password}';\n"
            f"GRANT ALL ON *.* TO {ADMIN}@'127.0.0.1' WITH GRANT OPTION;\n"
        )


def command(folder, port, parameters):
    settings = {
        "port": port,
        "bind-address": "127.0.0.1",
        # Below its data: the whole path may be too long for a socket.
        "socket": "socket",
        "pid-file": "server.pid",
        "init-file": _administrator(folder),
        "ssl-cert": os.path.join(folder, "server.crt"),
        "ssl-key": os.path.join(folder, "server.key"),
        "skip-name-resolve": "1",
        "innodb-use-native-aio": "0",
        "server-id": port,
        "log-bin": "log",
        "log-slave-updates": "1",
        "skip-slave-start": "1",
        **{f"loose-{name}": value for name, value in parameters.items()},
    }
    words = [f"--{name}={value}" for name, value in settings.items()]
    return [*_server(mariadb_package.programs(), folder), *words]


def follow(folder, port, password):
    """From its next start on the copy of another server takes what that one writes, and is only for reading.

    What it took is in its own log too, so that this log says at each start where to go on.
    https://mariadb.com/kb/en/gtid/
    """
    with open(_administrator(folder), "a") as file:
        file.write(
            "SET GLOBAL gtid_slave_pos = @@GLOBAL.gtid_binlog_pos;\n"
            f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={port}, MASTER_USER='{ADMIN}',"
            f" MASTER_PASSWORD='{password}', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1;\n"
            "START SLAVE;\n"
            "SET GLOBAL read_only = 1;\n"
        )


def environment():
    return mariadb_package.programs().environment


def _server(programs, folder):
    # Whatever settings this machine has for a server of its own are not for this one.
    return [
        *(programs.server, "--no-defaults", f"--datadir={_data(folder)}", "--user=root"),
        # A log of 96 MB otherwise, in each database and each snapshot.
        "--innodb-log-file-size=8M",
        *(f"--lc-messages-dir={programs.share}", f"--character-sets-dir={programs.share}/charsets"),
    ]


def _data(folder):
    return os.path.join(folder, "data")


def _administrator(folder):
    return os.path.join(folder, "administrator.sql")


def connect(port, user, password, database=None):
    return pymysql.connect(
        host="127.0.0.1", port=port, user=user, password=password, database=database, connect_timeout=2, autocommit=True
    )


def make_master(connection, user, password, database):
    with connection.cursor() as cursor:
        cursor.execute("CREATE USER %s@'%%' IDENTIFIED BY %s", (user, password))
        cursor.execute(f"GRANT {_OF_MASTER} ON *.* TO %s@'%%' WITH GRANT OPTION", (user,))
        if database:
            cursor.execute(f"CREATE DATABASE `{database.replace('`', '``')}` CHARACTER SET utf8mb4")


def set_password(connection, user, password):
    with connection.cursor() as cursor:
        cursor.execute("ALTER USER %s@'%%' IDENTIFIED BY %s", (user, password))
