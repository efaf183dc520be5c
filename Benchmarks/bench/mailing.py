"""Measures mail: requests for reset links beside refreshes, and the rate at which waiting messages leave.

Mail goes to smtp-sink, Postfix's server that throws away. Ratios are of one run; see docs/performance.md.
"""
import argparse
import datetime
import os
import pathlib
import platform
import sqlite3
import statistics
import subprocess
import tempfile
import time

import wrk
from processes import free_port, ostiary, run, session

CONNECTIONS = 64

# Each request names an address that no account has. `%(prefix)s` differs by round.
ASKING = """
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() answered, refused, count = 0, 0, 0 end
function request()
  count = count + 1
  return wrk.format("POST", "/api/password/reset/", { ["Content-Type"] = "application/json" },
    '{"email":"%(prefix)s' .. count .. '@mail.example"}')
end
function response(status) if status == 202 then answered = answered + 1 else refused = refused + 1 end end
function done()
  for _, thread in ipairs(threads) do
    io.write(string.format("ANSWERED %%d REFUSED %%d\\n", thread:get("answered"), thread:get("refused")))
  end
end
"""

# A notice to each of so many accounts.
WAITING = """
INSERT INTO ostiary_user (id, password, is_superuser, email, username, first_name, last_name, is_active, is_staff)
SELECT 1000000 + i, '!', FALSE, 'w' || i || '@mail.example', '', '', '', TRUE, FALSE
FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n);
INSERT INTO ostiary_outbox (
    kind, address, user_id, language, event_at, nonce, created_at, due_at, expires_at, attempts, is_prepared, claimed_until)
SELECT 'password-changed', email, id, 'en', 0, randomblob(16), 0, id, 9000000000000000, 0, FALSE, 0
FROM ostiary_user WHERE id > 1000000;
"""


class Sink:
    def __init__(self, folder):
        self.port, self.path = free_port(), pathlib.Path(folder)
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        self.child = subprocess.Popen(
            [self.path / "sbin/smtp-sink", *user, f"127.0.0.1:{self.port}", "64"],
            env={"LD_LIBRARY_PATH": str(self.path / "lib/postfix")})

    def stop(self):
        self.child.terminate()
        self.child.wait()


def mail(sink):
    return ["--mail-url", f"smtp://127.0.0.1:{sink.port}?tls=off", "--mail-from", "no-reply@example.com",
            "--public-url", "https://id.example.com"]


def asking(options, folder, sink):
    """The rate of requests for links ÷ the rate of refreshes, by turns."""
    server = ostiary("asking", options.binary, f"{folder}/asking", *mail(sink))
    ratios = []
    for turn in range(options.rounds):
        tokens = [session(server, "refresh@mail.example")["refresh_token"] for _ in range(CONNECTIONS * 2)]
        refresh = wrk.measure(server, "/", CONNECTIONS, options.seconds, wrk.refreshing(tokens))
        reset = wrk.measure(server, "/", CONNECTIONS, options.seconds, ASKING % {"prefix": f"r{turn}-"})
        ratios.append(reset.rate / refresh.rate)
        print(f"refresh {refresh.rate:.0f}/s, p99 {refresh.tail} ms; reset {reset.rate:.0f}/s, p99 {reset.tail} ms,"
              f" {reset.refused} refused; ratio {ratios[-1]:.2f}", flush=True)
        wait(f"{folder}/asking/ostiary.sqlite3", 300)
    server.stop()
    return statistics.median(ratios)


def wait(path, limit):
    """Waits until nothing is left to send; the seconds."""
    start = time.perf_counter()
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    while database.execute("SELECT count(*) FROM ostiary_outbox").fetchone()[0]:
        if time.perf_counter() - start > limit:
            raise SystemExit("messages are left in the outbox")
        time.sleep(0.05)
    database.close()
    return time.perf_counter() - start


def leaving(options, folder, sink):
    """The messages a second that one node sends to the sink over one connection."""
    path = f"{folder}/leaving/ostiary.sqlite3"
    run(options.binary, "migrate", "--data-dir", f"{folder}/leaving")
    database = sqlite3.connect(path)
    database.executescript(WAITING.format(count=options.messages))
    database.close()
    server = ostiary("leaving", options.binary, f"{folder}/leaving", *mail(sink))
    seconds = wait(path, 300)
    server.stop()
    return options.messages / seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="the release binary")
    parser.add_argument("--postfix", default=".build/packages/postfix/usr", help="the folder with sbin/smtp-sink")
    parser.add_argument("--seconds", type=int, default=4, help="the length of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="the number of measurements of each rate")
    parser.add_argument("--messages", type=int, default=5_000, help="the number of messages that wait")
    options = parser.parse_args()
    sink = Sink(options.postfix)
    print("The last output of `make bench-mail`.")
    print(f"{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, {CONNECTIONS} connections, SQLite")
    with tempfile.TemporaryDirectory() as folder:
        ratio = asking(options, folder, sink)
        print(f"POST /api/password/reset/ ÷ refresh, at least 0.9: {ratio:.2f}{'' if ratio >= 0.9 else ' (missed)'}")
        rate = leaving(options, folder, sink)
        print(f"messages a second of one node, at least 200: {rate:.0f}{'' if rate >= 200 else ' (missed)'}")
    sink.stop()


if __name__ == "__main__":
    main()
