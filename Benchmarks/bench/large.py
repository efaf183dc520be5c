"""Measures refreshes and `GET /api/me/` among millions of users and sessions against the same on an empty database.

Both servers run at once and are asked in turn, so that what else the machine does falls on both. The data, some 14 GB for
the default counts, is deleted in the end.
"""
import argparse
import datetime
import os
import pathlib
import platform
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import figures
from filling import fill, spelled, token
from probe import Probe, asking_me, asking_refresh, probed
from processes import ostiary, session

USERS, SESSIONS, FREE = 10_000_000, 30_000_000, 40_000_000_000
CLIENTS, RATE = 4, 50


class Side:
    """A server, and the refresh tokens that each client asks it with."""

    def __init__(self, name, server, tokens):
        self.name, self.server = name, server
        self.granted = [[] for _ in range(CLIENTS)]
        self.asks = [asking_refresh(*tokens[n::CLIENTS], granted=self.granted[n]) for n in range(CLIENTS)]
        self.tails = {"refresh": [], "me": []}
        self.medians = {"refresh": [], "me": []}

    def measure(self, kind, seconds):
        if kind == "me":
            asks = [asking_me(*granted) for granted in self.granted]
        else:
            for granted in self.granted:
                granted.clear()
            asks = self.asks
        probes = probed(self.server.port, seconds, *asks, rate=RATE)
        if any(probe.failures for probe in probes):
            raise SystemExit(f"{self.name}: {sum(probe.failures for probe in probes)} requests failed")
        times = sorted(time for probe in probes for time in probe.times)
        self.medians[kind].append(times[len(times) // 2])
        self.tails[kind].append(times[int(0.99 * len(times))])

    def row(self, kind):
        route = {"refresh": "POST /api/refresh/", "me": "GET /api/me/"}[kind]
        print(f"{route}, {self.name}: p50 {statistics.median(self.medians[kind]):.2f} ms, "
              f"p99 {' '.join(f'{tail:.2f}' for tail in self.tails[kind])} ms", flush=True)
        return {"route": f"{route}, {self.name}, {CLIENTS * RATE}/s", "connections": CLIENTS, "rate": CLIENTS * RATE,
                "p50_ms": round(statistics.median(self.medians[kind]), 3),
                "p99_ms": round(statistics.median(self.tails[kind]), 3), "cpu_us": None}


def loaded(options, server, path, known):
    """Stops the server while its database grows."""
    server.stop()
    begin = time.monotonic()
    fill(path, options.users, options.sessions, known, expired=options.expired)
    # What the disk still has to write would be measured otherwise.
    os.sync()
    print(f"{options.users:,} users and {options.sessions:,} sessions loaded in {time.monotonic() - begin:.0f} s: "
          f"{os.path.getsize(path) / 1e9:.1f} GB", flush=True)
    print(f"start to first answer: {server.start() * 1e3:.0f} ms", flush=True)


def cleaned(options, folder, side):
    """What refreshes have to wait for while expired rows are deleted."""
    cleanup = subprocess.Popen([options.binary, "cleanup", "--data-dir", f"{folder}/large"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    begin, times = time.monotonic(), []
    while cleanup.poll() is None:
        probe = Probe(side.server.port, RATE, 2, side.asks[0])
        probe.start()
        probe.join()
        times += probe.times
    times.sort()
    print(f"{cleanup.communicate()[0].strip()} {time.monotonic() - begin:.0f} s; a refresh meanwhile: p50 "
          f"{times[len(times) // 2]:.2f} ms, p99 {times[int(0.99 * len(times))]:.2f} ms, longest {times[-1]:.0f} ms", flush=True)


def measured(options, folder):
    empty = ostiary("empty", options.binary, f"{folder}/empty", *options.argument)
    large = ostiary("large", options.binary, f"{folder}/large", *options.argument)
    try:
        few = [session(empty, f"user{n}@mail.example")["refresh_token"] for n in range(4) for _ in range(4)]
        session(large, "first@mail.example")
        requests = (options.rounds + 2) * int(options.seconds) * RATE * CLIENTS
        known = [token(number) for number in range(min(requests, options.sessions // 10))]
        loaded(options, large, f"{folder}/large/ostiary.sqlite3", known)
        random.Random(1).shuffle(known)
        among = f"{options.users:,} users and {options.sessions:,} sessions"
        sides = [Side("empty", empty, few), Side(among, large, [spelled(secret) for secret in known])]
        rows = []
        for kind in ("refresh", "me"):
            for round in range(options.rounds):
                for side in sides if round % 2 == 0 else sides[::-1]:
                    side.measure(kind, options.seconds)
            rows += [side.row(kind) for side in sides]
        if options.expired:
            cleaned(options, folder, sides[1])
        # The rounds are neighbours in time: each is compared with its own.
        ratios = {f"large_{kind}": statistics.median(
            many / few for few, many in zip(sides[0].tails[kind], sides[1].tails[kind])) for kind in ("refresh", "me")}
        return ratios, rows
    finally:
        empty.stop()
        large.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="ostiary, release build")
    parser.add_argument("--argument", action="append", default=[], help="one more argument of serve")
    parser.add_argument("--users", type=int, default=USERS, help=f"accounts ({USERS:,})")
    parser.add_argument("--sessions", type=int, default=SESSIONS, help=f"live sessions ({SESSIONS:,})")
    parser.add_argument("--expired", type=int, default=100_000, help="expired sessions, for the cleanup (100,000)")
    parser.add_argument("--seconds", type=int, default=10, help="of each measurement (10)")
    parser.add_argument("--rounds", type=int, default=5, help="of which the median counts (5)")
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="where the data is put for as long as it takes")
    parser.add_argument("--json", help="where the result goes")
    parser.add_argument("--page", help="a Markdown file whose part between <!-- figures --> and <!-- end --> is replaced")
    options = parser.parse_args()
    if options.users < 1 or options.sessions < 1_000:
        parser.error("at least one user and a thousand sessions")
    # As much for each as the default counts are given.
    needed = max(FREE * max(options.users / USERS, options.sessions / SESSIONS), 1e9)
    free = shutil.disk_usage(pathlib.Path(options.folder)).free
    if free < needed:
        sys.exit(f"{options.folder} has {free / 1e9:.1f} GB free, and {needed / 1e9:.0f} GB are needed: make room, or name "
                 "another place with --folder")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="ostiary-large-", dir=options.folder) as folder:
            ratios, rows = measured(options, folder)
    except KeyboardInterrupt:
        sys.exit("\nstopped; the data is deleted")
    for name, value in ratios.items():
        print(figures.line(name, value))
    counts = (options.users, options.sessions) == (USERS, SESSIONS)
    result = {"date": datetime.date.today().isoformat(), "machine": f"{platform.machine()}, {os.cpu_count()} cores",
              # A figure says which counts it is about.
              "figures": {name: round(value, 4) for name, value in ratios.items()} if counts else {}, "routes": rows}
    figures.keep(result, options.json, options.page)


main()
