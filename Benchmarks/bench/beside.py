"""A Django service, its databases, and the rows that it would have written: what adopt.py puts the server beside."""
import base64
import hashlib
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid

from filling import Progress
from processes import PASSWORD, Cluster, Server, free_port, ostiary, required, run

ROUNDS = 870_000
KEY = "of-the-benchmark-and-of-at-least-32-bytes"
ROOT = pathlib.Path(__file__).parent.parent.parent
SERVICE = ROOT / "Tests/OstiaryServerTests/Takeover/Django"
# An account may have a hundred sessions, of which the oldest ends for the next one.
SESSIONS = 50
PORTION = 100_000


def email(number):
    return f"user{number}@mail.example"


def encoded(password, rounds):
    """The hash of a password as Django writes it."""
    salt = "abcdefghijklmnopqrstuv"
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), rounds)
    return f"pbkdf2_sha256${rounds}${salt}${base64.b64encode(digest).decode()}"


class SQLite:
    name, sign = "SQLite", "?"

    def __init__(self, folder):
        self.folder = folder

    def path(self, database):
        return f"{self.folder}/{database}.sqlite3"

    def make(self, database):
        pass

    def url(self, database):
        return f"sqlite:{self.path(database)}"

    def place(self, database):
        """As the service's settings take it."""
        return self.path(database)

    def connect(self, database):
        """As Django connects: each statement is a transaction, and waits for others as long as the settings say."""
        return sqlite3.connect(self.path(database), timeout=20, isolation_level=None)

    def series(self, first, last):
        return (f"(WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n)"
                " AS n")

    def copy(self, source, target):
        shutil.copyfile(self.path(source), self.path(target))

    def settle(self, database):
        pass

    def drop(self, database):
        for end in ("", "-wal", "-shm", "-journal"):
            pathlib.Path(self.path(database) + end).unlink(missing_ok=True)

    def close(self):
        pass


class PostgreSQL:
    name, sign = "PostgreSQL", "%s"

    def __init__(self, folder):
        self.cluster = Cluster(folder)

    def make(self, database):
        self.cluster.run(f"CREATE DATABASE {database}")

    def url(self, database):
        return self.cluster.url(database)

    place = url

    def connect(self, database):
        try:
            import psycopg
        except ImportError:
            raise SystemExit("psycopg is missing: run this by the Python of Scripts/takeover-environment") from None
        return psycopg.connect(host=self.cluster.folder, user="ostiary", dbname=database, autocommit=True)

    def series(self, first, last):
        return f"generate_series({first}::bigint, {last}::bigint) AS n(i)"

    def copy(self, source, target):
        self.cluster.run(f"CREATE DATABASE {target} TEMPLATE {source}")

    def settle(self, database):
        """The cluster would do that by itself, at a time of its own choice."""
        self.cluster.run("VACUUM ANALYZE", database)
        self.cluster.run("CHECKPOINT", database)

    def drop(self, database):
        self.cluster.run(f"DROP DATABASE {database}")

    def close(self):
        self.cluster.close()


class Redis:
    """Django's settings are there."""

    def __init__(self):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory()
        self.child = subprocess.Popen(
            [required("redis-server", "redis-server"), "--bind", "127.0.0.1", "--port", str(self.port), "--save", "",
             "--dir", self.folder.name], stdout=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.05)
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def stop(self):
        self.child.terminate()
        self.child.wait()


class Site:
    """A database that Django has made, with some accounts; gunicorn and a server on it where they are asked for."""

    def __init__(self, options, engine, redis, folder, database, users):
        self.options, self.engine, self.redis, self.database = options, engine, redis, database
        self.data = f"{folder}/data-{engine.name}-{database}"
        self.environment = os.environ | {
            "TAKEOVER_DATABASE": engine.place(database), "TAKEOVER_KEY": KEY, "TAKEOVER_ROUNDS": str(ROUNDS),
            "TAKEOVER_REDIS": redis.url, "DJANGO_SETTINGS_MODULE": "kept", "PYTHONPATH": str(ROOT / "Benchmarks/Django"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        engine.make(database)
        run(sys.executable, str(SERVICE / "manage.py"), "migrate", "--verbosity", "0", environment=self.environment)
        self.users, self.given = users, 0
        self.add_users(users)

    def add_users(self, count):
        connection, progress = self.engine.connect(self.database), Progress(f"users on {self.engine.name}", count)
        password = encoded(PASSWORD, ROUNDS)
        for first in range(1, count + 1, PORTION):
            last = min(first + PORTION - 1, count)
            connection.execute(f"""
                INSERT INTO auth_api_customuser
                    (password, is_superuser, email, username, first_name, last_name, is_active, is_staff)
                SELECT '{password}', FALSE, 'user' || i || '@mail.example', '', '', '', TRUE, FALSE
                FROM {self.engine.series(first, last)}""")
            if count > PORTION:
                progress.at(last)
        connection.close()

    def tokens(self, count):
        """That many new refresh tokens, as Django keeps them, and in the spelling of clients. The first account gets none."""
        made, sign = [uuid.uuid4() for _ in range(count)], self.engine.sign
        owners = [2 + (self.given + number) // SESSIONS % (self.users - 1) for number in range(count)]
        self.given += count
        connection = self.engine.connect(self.database)
        connection.execute("BEGIN")
        cursor = connection.cursor()
        cursor.executemany(
            "INSERT INTO auth_api_refreshtoken (token, created_at, expires_at, user_id) VALUES "
            f"({sign}, '2026-01-01 00:00:00', '2099-01-01 00:00:00', "
            f"(SELECT id FROM auth_api_customuser WHERE email = {sign}))",
            [(token.hex, email(owner)) for token, owner in zip(made, owners)])
        connection.execute("COMMIT")
        connection.close()
        return [str(token) for token in made]

    def django(self):
        port = free_port()
        return Server(
            "Django",
            [sys.executable, "-m", "gunicorn", "wsgi:application", "--chdir", str(SERVICE), "--bind", f"127.0.0.1:{port}",
             "--workers", "2", "--log-level", "error", "--no-control-socket"],
            port, "/api/me/", self.environment)

    def flags(self, database=None, changes="ask"):
        return ["--database-url", self.engine.url(database or self.database), "--redis-url", self.redis.url,
                "--user-table", "auth_api_customuser", "--legacy-refresh-table", "auth_api_refreshtoken",
                "--legacy-tokens", "shared", "--password-hasher", f"pbkdf2_sha256:{ROUNDS}", "--user-changes", changes]

    def server(self, changes="ask"):
        return ostiary(f"ostiary on {self.database}", self.options.binary, self.data, *self.flags(changes=changes))

    def command(self, *words, database=None, changes="ask"):
        """Runs a command line of the product on the database, and waits for it."""
        return subprocess.run(
            [self.options.binary, *words, "--data-dir", self.data, *self.flags(database, changes)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
