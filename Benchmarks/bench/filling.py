"""Accounts and sessions by the million, written past the server into its tables.

Rows are made in the order of the primary keys and of every index, so that each tree only grows at its end: thirty million
sessions take minutes. Digests and ids are spread evenly, as real ones are.
"""
import hashlib
import random
import sqlite3
import sys
import time
import uuid

BATCH = 100_000
NEVER = 4_000_000_000_000_000


class Progress:
    """A bar with rate and remaining time on a terminal, a line now and then elsewhere."""

    def __init__(self, what, total):
        self.what, self.total, self.start, self.told = what, total, time.monotonic(), 0.0
        self.terminal = sys.stderr.isatty()

    def at(self, done):
        now = time.monotonic()
        if done < self.total and now - self.told < (0.2 if self.terminal else 15):
            return
        self.told = now
        rate = done / max(now - self.start, 1e-9)
        left = (self.total - done) / max(rate, 1e-9)
        text = f"{self.what}: {done:,} of {self.total:,}, {rate:,.0f}/s, {int(left) // 60}:{int(left) % 60:02} left"
        if self.terminal:
            filled = 24 * done // max(self.total, 1)
            text = f"\r[{'#' * filled}{'.' * (24 - filled)}] {text}\x1b[K"
        print(text, end="" if self.terminal and done < self.total else "\n", file=sys.stderr, flush=True)


def token(number):
    """A refresh token that every run makes again: sixteen bytes."""
    return hashlib.md5(b"ostiary benchmark %d" % number).digest()


def spelled(token):
    return str(uuid.UUID(bytes=token))


def digests(count, known, seed):
    """So many digests in ascending order, one in each slot of the space, among them those of the known tokens.

    Two known tokens may fall into one slot: `known`, a list, keeps the one that is there.
    """
    slots = {}
    for secret in known:
        digest = hashlib.sha256(secret).digest()
        slots[int.from_bytes(digest[:8], "big") * count >> 64] = (digest, secret)
    known[:] = [secret for _, secret in slots.values()]
    width, rest = 2**64 // count, random.Random(seed).randbytes
    for slot in range(count):
        if slot in slots:
            yield slots[slot][0]
        else:
            yield (slot * width + width // 2).to_bytes(8, "big") + rest(24)


def fill(path, users, sessions, known=None, expired=0):
    """Tops an SQLite file that the server has made up to so many accounts and sessions.

    One account must be there, which the others copy. `known` are tokens that get live sessions; `expired` sessions more,
    spread over all, are for the cleanup to delete.
    """
    database = sqlite3.connect(path, isolation_level=None)
    # Only while loading: the server brings its own settings.
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "locking_mode = EXCLUSIVE"):
        database.execute(f"PRAGMA {pragma}").fetchall()
    have, = database.execute("SELECT count(*) FROM ostiary_user").fetchone()
    add_users(database, have, users)
    have, = database.execute("SELECT count(*) FROM ostiary_session").fetchone()
    add_sessions(database, users, have, sessions + expired - have, [] if known is None else known, expired)
    database.close()


def add_users(database, have, count):
    row = database.execute("SELECT * FROM ostiary_user ORDER BY id LIMIT 1")
    columns = [column[0] for column in row.description]
    model = dict(zip(columns, row.fetchone()))
    email = columns.index("email")
    statement = f"INSERT INTO ostiary_user ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})"

    def rows(numbers):
        for number in numbers:
            values = [None if column == "id" else model[column] for column in columns]
            values[email] = f"user{number:09}@mail.example"
            yield values

    inserted(database, range(have, count), "users", lambda numbers: database.executemany(statement, rows(numbers)))


def add_sessions(database, users, have, count, known, expired):
    if count <= 0:
        return
    first, = database.execute("SELECT min(id) FROM ostiary_user").fetchone()
    source = digests(count, known, have)
    wanted = {hashlib.sha256(secret).digest() for secret in known}
    every = count // expired if expired else 0

    def insert(numbers):
        sessions, tokens = [], []
        for number, digest in zip(numbers, source):
            gone = every and number % every == 0 and digest not in wanted
            until = number + 1 if gone else NEVER + number
            sessions.append((digest[:16], first + number * users // count, until))
            tokens.append((digest, digest[:16], until, until))
        database.executemany("INSERT INTO ostiary_session (id, user_id, started_at, last_used_at, purge_after) "
                             "VALUES (?, ?, 0, 0, ?)", sessions)
        database.executemany("INSERT INTO ostiary_refresh_token (digest, session_id, issued_at, expires_at, purge_after) "
                             "VALUES (?, ?, 0, ?, ?)", tokens)

    inserted(database, range(count), "sessions", insert)


def inserted(database, numbers, what, insert):
    progress = Progress(what, len(numbers))
    for start in range(0, len(numbers), BATCH):
        database.execute("BEGIN")
        insert(numbers[start:start + BATCH])
        database.execute("COMMIT")
        progress.at(min(start + BATCH, len(numbers)))
