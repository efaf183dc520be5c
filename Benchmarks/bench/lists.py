"""Measures the lists of the administration among a million users, three million sessions and five million audit entries.

Each list is asked for with each filter in each order, the first page and the thousandth (or the last, where there are
fewer), on SQLite and on PostgreSQL; then some pages for people. Rows are written past the server by SQL; the data is deleted in the end.
"""
import argparse
import datetime
import http.client
import json
import os
import pathlib
import platform
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

from filling import Progress
from processes import JSON, Cluster, ostiary, request
from visiting import Visitor

USERS, SESSIONS, ENTRIES = 1_000_000, 3_000_000, 5_000_000
EMAIL, PASSWORD = "admin@mail.example", "correct horse 7 battery"
BOUND = 30
PAGE_BOUND = 100
PAGES = [
    "/admin/", "/admin/users/", "/admin/users/?search=u1c4&order=id", "/admin/users/?order=-last_login", "/admin/users/7/",
    "/admin/sessions/", "/admin/sessions/?user=7", "/admin/groups/1/", "/admin/settings/", "/admin/audit/",
    "/admin/audit/?event=password_reset",
]
NOW = 1_790_000_000
DAY = 86_400
THOUSANDTH = 1_000

# Filters of each list. Numbers are those of the rows below.
USER_FILTERS = [
    {}, {"search": "u1"}, {"search": "u1c4"}, {"search": "500000"}, {"name": "Name 77"}, {"active": "true"}, {"active": "false"},
    {"staff": "true"}, {"staff": "false"}, {"superuser": "true"}, {"group": "1"}, {"group": "2"},
    {"last_login_before": "old"}, {"never_logged_in": "true"}, {"last_login_before": "old", "never_logged_in": "true"},
    {"search": "u1", "active": "false"}, {"group": "1", "staff": "true"}, {"active": "false", "staff": "true"},
]
USER_ORDERS = ["id", "-id", "email", "-email", "last_login", "-last_login"]
SESSION_FILTERS = [
    {}, {"user": "7"}, {"user": "500000"}, {"address": "198.51.100.7"}, {"address": "10.0.3.9"}, {"started_before": "old"},
    {"started_after": "old"}, {"user": "7", "address": "10.0.3.9"}, {"address": "198.51.100.7", "started_before": "old"},
]
AUDIT_FILTERS = [
    {}, {"user": "500000"}, {"user": "7"}, {"event": "logged_in"}, {"event": "password_reset"}, {"actor": "operator:root"},
    {"address": "198.51.100.7"}, {"session": "00000000-0000-0000-0000-000000000007"}, {"since": "old"},
    {"until": "old"}, {"event": "password_reset", "since": "old", "until": "late"},
]
OLD, LATE = NOW - 45 * DAY, NOW - 40 * DAY
MOMENTS = {"old": OLD, "late": LATE}


def asked():
    """All lists as (path, parameters)."""
    for filters in USER_FILTERS:
        for order in USER_ORDERS:
            yield "/api/admin/users/", filters | {"order": order}
    for filters in SESSION_FILTERS:
        yield "/api/admin/sessions/", filters
    for filters in AUDIT_FILTERS:
        yield "/api/admin/audit/", filters


def spelled(parameters):
    """Moments are written as the API takes them."""
    return {name: datetime.datetime.fromtimestamp(MOMENTS[value], datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            if value in MOMENTS else value for name, value in parameters.items()}


# Rows


class Dialect:
    """The few things that the engines spell in two ways."""

    def __init__(self, engine):
        self.isolated = engine == "SQLite"

    def series(self, first, last):
        if self.isolated:
            return (f"(WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n)"
                    " AS n")
        return f"generate_series({first}::bigint, {last}::bigint) AS n(i)"

    def moment(self, seconds):
        return f"datetime({seconds}, 'unixepoch')" if self.isolated else f"to_timestamp({seconds})"

    def flag(self, condition):
        return condition if self.isolated else f"({condition})"

    def hexadecimal(self, number, width):
        return f"printf('%0{width}x', {number})" if self.isolated else f"lpad(to_hex({number}), {width}, '0')"

    def blob(self, text):
        # The digits of a number of 128 bits in which every value of the first bits is as frequent.
        return f"unhexed({text})" if self.isolated else f"decode({text}, 'hex')"


def statements(dialect, options):
    """(what, rows, statement) with the range of numbers left out as {first} and {last}."""
    spread = "(i * 7919 % 1000003)"
    address = ("CASE WHEN i % 60 = 0 THEN '198.51.100.7' ELSE '10.' || (i * 31 % 4) || '.' || (i * 17 % 250) || '.' || (i * 13 % 250)"
               " END")
    users = f"""
        INSERT INTO ostiary_user
            (id, password, last_login, is_superuser, email, username, first_name, last_name, is_active, is_staff)
        SELECT i, 'argon2$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
            CASE WHEN i % 10 > 0 THEN {dialect.moment(f'{NOW} - {spread} * 60')} END, {dialect.flag('i % 10000 = 0')},
            'u' || {dialect.hexadecimal(f'i * 2654435761 % 4294967296', 8)} || '@mail.example',
            CASE WHEN i % 2 = 0 THEN 'Name ' || (i % 10000 / 2) ELSE '' END, 'First', 'Last',
            {dialect.flag('i % 50 <> 0')}, {dialect.flag('i % 1000 = 0')}
        FROM {{series}}"""
    session_id = f"{dialect.hexadecimal('i * 2654435761 % 4294967296', 8)} || {dialect.hexadecimal('i', 24)}"
    sessions = f"""
        INSERT INTO ostiary_session
            (id, user_id, started_at, last_used_at, ended_at, purge_after, address, user_agent, authenticated_at)
        SELECT {dialect.blob(session_id)}, CASE WHEN i % 200 = 0 THEN 7 ELSE 2 + i * 7919 % {options.users - 2} END,
            ({NOW} - {90 * DAY} + i * {90 * DAY} / {options.sessions}) * 1000000, {NOW * 1000000},
            CASE WHEN i % 7 = 0 THEN {NOW * 1000000} END,
            CASE WHEN i % 19 = 0 THEN 1 ELSE 4000000000000000 END, {address}, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
            ({NOW} - {90 * DAY} + i * {90 * DAY} / {options.sessions}) * 1000000
        FROM {{series}}"""
    entries = f"""
        INSERT INTO ostiary_audit (at, event, actor, user_id, session_id, network, request, count)
        SELECT ({NOW} - {90 * DAY} + i * {90 * DAY} / {options.entries}) * 1000000,
            CASE WHEN i % 5000 = 0 THEN 'password_reset' WHEN i % 4 = 0 THEN 'login_refused' ELSE 'logged_in' END,
            CASE WHEN i % 5000 = 0 THEN 'operator:root' ELSE 'client' END,
            CASE WHEN i % 200 = 0 THEN 7 ELSE 2 + i * 7919 % {options.users - 2} END,
            {dialect.blob(session_id)}, {address} || '/32', {dialect.hexadecimal('i', 32)}, 1
        FROM {{series}}"""
    yield "users", 2, options.users, users
    yield "sessions", 1, options.sessions, sessions
    yield "audit entries", 1, options.entries, entries
    for group, name, every in ((1, "large", 10), (2, "small", 10_000)):
        yield f"group {name}", 1, 1, f"INSERT INTO ostiary_group (id, name) SELECT {group}, '{name}' FROM {{series}}"
        yield f"members of {name}", 1, options.users // every, (
            f"INSERT INTO ostiary_group_member (group_id, user_id) SELECT {group}, i * {every} FROM {{series}}")


TABLES = "'ostiary_user', 'ostiary_session', 'ostiary_audit'"


def filled(run, dialect, options, indexes):
    """Indexes are made once the rows are there: each tree would grow in a random order otherwise.

    `run` executes a statement and returns its rows; `indexes` selects (name, statement) of those that are no constraint.
    """
    kept = [(name, statement) for name, statement in run(indexes)]
    for name, _ in kept:
        run(f"DROP INDEX {name}")
    for what, first, last, statement in statements(dialect, options):
        progress, portion = Progress(what, last), 250_000
        for start in range(first, last + 1, portion):
            end = min(start + portion - 1, last)
            run(statement.replace("{series}", dialect.series(start, end)))
            progress.at(end)
    progress = Progress("indexes", len(kept))
    for number, (_, statement) in enumerate(kept):
        run(statement)
        progress.at(number + 1)
    run("ANALYZE") if not dialect.isolated else None


class SQLite:
    name = "SQLite"

    def __init__(self, options, folder):
        self.options, self.path = options, f"{folder}/sqlite/ostiary.sqlite3"
        self.arguments = ["--data-dir", f"{folder}/sqlite"]

    def fill(self):
        database = sqlite3.connect(self.path, isolation_level=None)
        # Only while loading: the server brings its own settings.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "locking_mode = EXCLUSIVE"):
            database.execute(f"PRAGMA {pragma}").fetchall()
        database.create_function("unhexed", 1, bytes.fromhex, deterministic=True)
        filled(lambda statement: database.execute(statement).fetchall(), Dialect(self.name), self.options,
               f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({TABLES})")
        database.close()
        return os.path.getsize(self.path)

    def close(self):
        pass


class PostgreSQL(Cluster):
    name = "PostgreSQL"

    def __init__(self, options, folder):
        super().__init__(folder)
        self.options = options
        self.arguments = ["--data-dir", f"{folder}/postgres", "--database-url", self.url()]
        # A secret key is no argument, since arguments are visible to others.
        os.environ["OSTIARY_SECRET_KEY"] = "of the benchmark, and of at least 32 bytes"

    def fill(self):
        filled(self.run, Dialect(self.name), self.options,
               f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({TABLES}) AND indexname NOT LIKE '%_pkey'")
        self.run("VACUUM")
        return int(self.run("SELECT pg_database_size('postgres')")[0][0])


# Measuring


class Client:
    """An administrator with one connection, who logs in anew when the token has expired."""

    def __init__(self, server):
        self.port = server.port
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.log_in()

    def log_in(self):
        status, data = request(self.port, "POST", "/api/login/", json.dumps({"email": EMAIL, "password": PASSWORD}), JSON)
        if status != 200:
            raise SystemExit(f"cannot log in: {status} {data[:200]}")
        self.headers = {"Authorization": f"Bearer {json.loads(data)['access_token']}", "Accept": "application/json"}

    def get(self, path, parameters):
        """(milliseconds, page); a page is None where the path is not served."""
        target = path + "?" + urllib.parse.urlencode(parameters)
        for _ in range(2):
            begin = time.perf_counter()
            self.connection.request("GET", target, headers=self.headers)
            answer = self.connection.getresponse()
            data = answer.read()
            duration = (time.perf_counter() - begin) * 1e3
            if answer.status == 200:
                return duration, json.loads(data)
            if answer.status == 404:
                return duration, None
            if answer.status != 401:
                break
            self.log_in()
        raise SystemExit(f"GET {target}: {answer.status} {data[:300]}")


class Times:
    """The median and the 99th percentile of some durations."""

    def __init__(self, durations):
        durations = sorted(durations)
        self.p50, self.p99 = durations[len(durations) // 2], durations[min(len(durations) - 1, int(0.99 * len(durations)))]

    def cells(self, bound):
        return f"{self.p50:.1f} | {self.p99:.1f} | {'' if self.p99 < bound else '**slow**'} |"


def visited(server, options):
    """Prints the times of the pages for people; true if none is slow."""
    visitor, good = Visitor(server.port, EMAIL, PASSWORD), True
    print("| page | p50 ms | p99 ms | |\n|---|---|---|---|", flush=True)
    for path in PAGES:
        visitor.opened(path)
        times = Times([visitor.opened(path)[0] for _ in range(options.requests)])
        print(f"| {path} | {times.cells(PAGE_BOUND)}", flush=True)
        good = good and times.p99 < PAGE_BOUND
    return good


def measured(client, options, path, parameters):
    """Rows of the table: of the first page, and of the thousandth or the last."""
    parameters = spelled(parameters)
    _, page = client.get(path, parameters)
    if page is None:
        return
    number, cursor = 1, None
    while page["next"] and number < THOUSANDTH:
        number, cursor = number + 1, page["next"]
        _, page = client.get(path, parameters | {"cursor": cursor})
    for place, at in ((1, None), (number, cursor)):
        if place == 1 and at:
            continue
        asked = parameters | ({"cursor": at} if at else {})
        times = []
        for _ in range(options.requests):
            duration, page = client.get(path, asked)
            times.append(duration)
        yield {"page": place, "rows": len(page["results"]), "cut": page["cut_short"], "times": Times(times)}
        if number == 1:
            return


def compared(engine, options):
    server = ostiary(engine.name, options.binary, engine.arguments[1], *engine.arguments[2:])
    server.stop()
    made = subprocess.run([options.binary, "createsuperuser", "--email", EMAIL, "--password-stdin", *engine.arguments],
                          input=PASSWORD + "\n", capture_output=True, text=True)
    if made.returncode != 0:
        raise SystemExit(f"createsuperuser failed: {made.stderr[-500:]}")
    begin = time.monotonic()
    size = engine.fill()
    os.sync()
    print(f"{engine.name}: loaded in {time.monotonic() - begin:.0f} s, {size / 1e9:.1f} GB", flush=True)
    server.start()
    try:
        client, lists = Client(server), [one for one in asked() if options.only in one[0]]
        progress, worst = Progress(f"lists on {engine.name}", len(lists)), []
        print("| list | filter and order | page | rows | p50 ms | p99 ms | |\n|---|---|---|---|---|---|---|", flush=True)
        for number, (path, parameters) in enumerate(lists):
            for row in measured(client, options, path, parameters):
                name = " ".join(f"{key}={value}" for key, value in parameters.items()) or "–"
                print(f"| {path.split('/')[3]} | {name} | {row['page']} | {row['rows']}{' cut' if row['cut'] else ''} | "
                      f"{row['times'].cells(BOUND)}", flush=True)
                worst.append((row["times"].p99, f"{path} {name}, page {row['page']}"))
            progress.at(number + 1)
        worst.sort(reverse=True)
        slow = sum(1 for time, _ in worst if time >= BOUND)
        print(f"{engine.name}: {len(worst)} pages, {slow} with p99 of {BOUND} ms or more; the slowest {worst[0][1]}: {worst[0][0]:.1f} ms",
              flush=True)
        return visited(server, options) and slow == 0
    finally:
        if server.child.poll() is not None:
            server.output.seek(0)
            print(f"the server has ended: {server.output.read()[-2000:].decode(errors='replace')}", file=sys.stderr)
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="ostiary, release build")
    parser.add_argument("--users", type=int, default=USERS, help=f"accounts ({USERS:,})")
    parser.add_argument("--sessions", type=int, default=SESSIONS, help=f"sessions ({SESSIONS:,})")
    parser.add_argument("--entries", type=int, default=ENTRIES, help=f"audit entries ({ENTRIES:,})")
    parser.add_argument("--requests", type=int, default=200, help="for each page (200)")
    parser.add_argument("--engine", choices=["SQLite", "PostgreSQL"], help="measure one alone")
    parser.add_argument("--only", default="", help="a part of the path of the lists to measure")
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="where the data is put for as long as it takes")
    options = parser.parse_args()
    if options.users < 10_000:
        parser.error("at least 10,000 users")
    free = shutil.disk_usage(pathlib.Path(options.folder)).free
    if free < 10e9:
        sys.exit(f"{options.folder} has {free / 1e9:.1f} GB free, and 10 GB are needed: make room, or name another place with "
                 "--folder")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"{datetime.date.today().isoformat()}, {platform.machine()}, {os.cpu_count()} cores: {options.users:,} users, "
          f"{options.sessions:,} sessions, {options.entries:,} audit entries", flush=True)
    good = True
    try:
        for kind in (SQLite, PostgreSQL):
            if options.engine in (None, kind.name):
                with tempfile.TemporaryDirectory(prefix="ostiary-lists-", dir=options.folder) as folder:
                    engine = kind(options, folder)
                    try:
                        good = compared(engine, options) and good
                    finally:
                        engine.close()
    except KeyboardInterrupt:
        sys.exit("\nstopped; the data is deleted")
    sys.exit(0 if good else 1)


main()
