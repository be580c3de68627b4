"""A migration of a MariaDB, and a look at what it made: migrate.py up|show."""

import os
import ssl
import sys

import pymysql

connection = pymysql.connect(
    host=os.environ["DATABASE_HOST"],
    port=int(os.environ["DATABASE_PORT"]),
    user=os.environ["DATABASE_USER"],
    password=os.environ["DATABASE_PASSWORD"],
    database=os.environ["DATABASE_NAME"],
    ssl=ssl._create_unverified_context(),
    autocommit=True,
)
with connection.cursor() as cursor:
    if sys.argv[1] == "up":
        cursor.execute("CREATE TABLE notes (text varchar(100))")
        cursor.execute("INSERT INTO notes VALUES ('Water the plants')")
    cursor.execute("SELECT text, VERSION() FROM notes")
    print(*cursor.fetchall())
