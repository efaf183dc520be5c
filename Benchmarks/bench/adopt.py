"""Measures the server beside a Django service on the same database, on SQLite and on PostgreSQL.

Each figure is a ratio of one run: what is compared is asked in turn, round by round, and the median of the rounds counts.
Run it by the Python of Scripts/takeover-environment 5.1, whose Django has the rounds that are used here.
"""
import argparse
import datetime
import http.client
import itertools
import json
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import django

import figures
import wrk
from beside import KEY, ROUNDS, SESSIONS, PostgreSQL, Redis, Site, SQLite, email
from probe import asking_me, asking_refresh, probed
from processes import JSON, PASSWORD, ostiary, request, run, session
from writing import Writer

CONNECTIONS = 64
# Of Django's refreshes while their p99 is taken, and of our load meanwhile: requests a second.
DJANGO_RATE, ME_RATE, REFRESH_RATE = 15, 200, 50


def paced(script, rate, connections):
    """The same load at about so many requests a second."""
    return f"{script}\nfunction delay() return {connections * 1000 // rate} end\n"


def opened(server, number):
    """The refresh token of a new session; no account has more sessions than it may."""
    return session(server, email(number // SESSIONS))["refresh_token"]


class Measure:
    """One of the things that are compared: `script` makes what wrk is told in a round."""

    def __init__(self, name, server, path, script, connections=CONNECTIONS):
        self.name, self.server, self.path, self.script, self.connections = name, server, path, script, connections
        self.loads = []

    def round(self, seconds):
        self.loads.append(wrk.measure(self.server, self.path, self.connections, seconds, self.script()))

    def told(self):
        load = sorted(self.loads, key=lambda load: load.rate)[len(self.loads) // 2]
        refused = sum(load.refused for load in self.loads)
        print(f"  {self.name:<32} {self.connections:>3} connections {load.rate:>9.1f}/s  p50 {load.median} ms  "
              f"p99 {load.tail} ms{f'  {refused} refused' if refused else ''}", flush=True)


class Bench:
    def __init__(self, options, engine, redis, folder):
        self.options, self.engine, self.redis, self.folder = options, engine, redis, folder
        self.seconds, self.rounds = options.seconds, options.rounds
        self.started = []

    def site(self, database, users=2_000):
        return Site(self.options, self.engine, self.redis, self.folder, database, users)

    def running(self, server):
        self.started.append(server)
        return server

    def stop(self):
        while self.started:
            self.started.pop().stop()

    def figure(self, name, value):
        self.told(figures.line(f"{name} {self.engine.name}", value))

    def left_out(self, name, why):
        self.told(f"left out: {figures.PASSES[f'{name} {self.engine.name}'][0]}: {why}")

    def told(self, line):
        print(line.replace("{users}", f"{self.options.users:,}"), flush=True)

    def turns(self, count):
        """Numbers 0..<count for each round, in turn from both ends: nobody is always first."""
        for round in range(self.rounds):
            yield from range(count) if round % 2 == 0 else reversed(range(count))

    def compared(self, *measures):
        for number in self.turns(len(measures)):
            measures[number].round(self.seconds)
        for measure in measures:
            measure.told()

    def ratio(self, name, one, other):
        """Rounds are neighbours in time: each is compared with its own."""
        self.figure(name, statistics.median(a.rate / b.rate for a, b in zip(one.loads, other.loads)))

    # Servers

    def beside(self):
        """A server and Django on one database, and a session of the account that is used."""
        self.shared = self.site("beside")
        self.ask = self.running(self.shared.server())
        self.django = self.running(self.shared.django())
        self.access = session(self.ask, email(1))["access_token"]

    def own(self):
        self.engine.make("own")
        return self.running(ostiary(
            "own mode", self.options.binary, f"{self.folder}/data-own-{self.engine.name}", "--database-url",
            self.engine.url("own"), "--redis-url", self.redis.url))

    def live(self, count):
        """Refresh tokens of sessions here, one each."""
        tokens = []
        for token in self.shared.tokens(count):
            status, data = request(self.ask.port, "POST", "/api/refresh/", json.dumps({"refresh_token": token}), JSON)
            if status != 200:
                raise SystemExit(f"a token of Django is not taken: {status} {data[:200]}")
            tokens.append(json.loads(data)["refresh_token"])
        return tokens

    # Measuring

    def rates(self):
        own = self.own()
        me = lambda access: lambda: wrk.fixed("GET", Authorization=f"Bearer {access}")  # noqa: E731
        measures = [
            Measure("me, ask", self.ask, "/api/me/", me(self.access)),
            Measure("me, own mode", own, "/api/me/", me(session(own, email(1))["access_token"])),
            Measure("Django: me", self.django, "/api/me/", me(self.access)),
        ]
        if told := self.trigger():
            access = session(told, email(1))["access_token"]
            measures.append(Measure("me, trigger", told, "/api/me/", me(access)))
        self.compared(*measures)
        self.ratio("me_to_django", measures[0], measures[2])
        if told:
            self.ratio("me_trigger_to_own", measures[3], measures[1])
        count, numbers = 2 * CONNECTIONS, itertools.count(2 * SESSIONS)
        shared, alone, theirs = measures = [
            Measure("refresh, shared", self.ask, "/", lambda: wrk.refreshing(self.live(count))),
            Measure("refresh, own mode", own, "/",
                    lambda: wrk.refreshing([opened(own, next(numbers)) for _ in range(count)])),
            Measure("Django: refresh", self.django, "/", lambda: wrk.refreshing(self.shared.tokens(count))),
        ]
        self.compared(*measures)
        self.ratio("refresh_to_own", shared, alone)
        self.ratio("refresh_to_django", shared, theirs)
        for server in (own, told):
            if server:
                server.stop()

    def trigger(self):
        """A server by a trigger on a database of its own, since all servers on a database have the same flags."""
        site = self.site("told")
        done = site.command("migrate", changes="trigger")
        if done.returncode != 0:
            self.left_out("me_trigger_to_own", f"the server refuses the flag: {done.stderr.strip()[-300:]}")
            return None
        return self.running(site.server("trigger"))

    def first(self):
        """One refresh after another: of a token of Django, and of the token that it was exchanged for."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ask.port, timeout=30)

        def refreshed(token):
            begin = time.perf_counter()
            connection.request("POST", "/api/refresh/", json.dumps({"refresh_token": token}), JSON)
            answer = connection.getresponse()
            data = answer.read()
            if answer.status != 200:
                raise SystemExit(f"a refresh failed: {answer.status} {data[:200]}")
            return (time.perf_counter() - begin) * 1e3, json.loads(data)["refresh_token"]

        firsts, seconds = [], []
        for _ in range(self.rounds):
            firsts.append([])
            seconds.append([])
            for token in self.shared.tokens(100 * self.seconds):
                duration, token = refreshed(token)
                firsts[-1].append(duration)
                seconds[-1].append(refreshed(token)[0])
        connection.close()
        first, second = ([statistics.median(times) for times in rounds] for rounds in (firsts, seconds))
        print(f"  first refresh of a token of Django {statistics.median(first):.2f} ms, of ours {statistics.median(second):.2f} ms")
        self.figure("first_to_refresh", statistics.median(a / b for a, b in zip(first, second)))

    def logins(self):
        """With a dozen hashes a second the ends of a measurement count, so it is a longer one."""
        seconds, lanes = 4 * self.seconds, os.cpu_count()
        # An account without other sessions, of which logins beyond the hundredth would end the oldest.
        body = json.dumps({"email": email(self.shared.users), "password": PASSWORD})
        script = wrk.fixed("POST", body, Content_Type="application/json")
        command = [self.options.floors, "hashes", str(lanes), str(seconds), "--pbkdf2", str(ROUNDS)]
        if not self.options.floors:
            self.left_out("login_to_raw", "without --floors")
        raw, login, tails = [], Measure("login, 870,000 rounds", self.ask, "/api/login/", lambda: script, 8), []
        for _ in range(self.rounds):
            if self.options.floors:
                raw.append(float(run(*command)))
            login.round(seconds)
            child, _file = wrk.begin(self.ask.port, "/api/login/", 8, self.seconds * 2 + 2, script)
            time.sleep(1)
            probe, = probed(self.ask.port, self.seconds * 2, asking_me(self.access))
            child.communicate()
            if probe.failures:
                raise SystemExit(f"{probe.failures} requests failed beside logins")
            tails.append(probe.quantile(0.99))
        login.told()
        if raw:
            print(f"  raw PBKDF2 {statistics.median(raw):.1f}/s on {lanes} threads")
            self.figure("login_to_raw", statistics.median(load.rate / rate for load, rate in zip(login.loads, raw)))
        self.figure("login_me_p99", statistics.median(tails))

    def neighbour(self):
        """Django's refreshes at a steady rate, alone and beside our load at another."""
        alone, beside, seconds = [], [], 4 * self.seconds
        for _ in range(self.rounds):
            asks = [asking_refresh(*self.shared.tokens(2)) for _ in range(2)]
            alone.append(self.tail(asks, seconds))
            scripts = [
                ("/api/me/", 8, paced(wrk.fixed("GET", Authorization=f"Bearer {self.access}"), ME_RATE, 8)),
                ("/", 4, paced(wrk.refreshing(self.live(8)), REFRESH_RATE, 4)),
            ]
            loads = [wrk.begin(self.ask.port, path, connections, seconds + 2, script) for path, connections, script in scripts]
            time.sleep(1)
            beside.append(self.tail(asks, seconds))
            ours = [wrk.Load(child.communicate()[0], seconds + 2, 0) for child, _file in loads]
        print(f"  Django's refresh at {2 * DJANGO_RATE}/s, p99: alone {statistics.median(alone):.1f} ms, beside "
              f"{ours[0].rate:.0f} me/s and {ours[1].rate:.0f} refreshes/s here {statistics.median(beside):.1f} ms", flush=True)
        if any(load.refused for load in ours):
            raise SystemExit("our load was refused")
        self.figure("django_refresh_p99", statistics.median(b / a for a, b in zip(alone, beside)))

    def tail(self, asks, seconds):
        probes = probed(self.django.port, seconds, *asks, rate=DJANGO_RATE)
        if any(probe.failures for probe in probes):
            raise SystemExit("a refresh of Django failed")
        times = sorted(time for probe in probes for time in probe.times)
        return times[int(0.99 * len(times))]

    def large(self):
        site = self.site("large", self.options.users)
        self.engine.settle("large")
        os.sync()
        times = []
        for _ in range(self.rounds):
            begin = time.perf_counter()
            done = site.command("adopt", "--check")
            times.append(time.perf_counter() - begin)
            if done.returncode == 64:
                break
        if done.returncode == 64:
            self.left_out("check", "this release has no such command")
        else:
            print(f"  adopt --check: exit {done.returncode}, {' '.join(f'{time:.2f}' for time in times)} s")
            self.figure("check", statistics.median(times))
        longest = []
        for _ in range(self.rounds):
            self.engine.copy("large", "copy")
            os.sync()
            with Writer(self.engine, "copy", self.options.users) as writer:
                time.sleep(self.seconds)
                begin = time.perf_counter()
                done = site.command("migrate", database="copy")
                end = time.perf_counter()
                time.sleep(0.5)
            if done.returncode != 0:
                raise SystemExit(f"migrate failed: {done.stderr[-1000:]}")
            longest.append(writer.longest(begin, end))
            print(f"  migrate took {end - begin:.2f} s; the longest write before {writer.longest(0, begin) * 1e3:.0f} ms, "
                  f"meanwhile {longest[-1] * 1e3:.0f} ms", flush=True)
            self.engine.drop("copy")
        self.engine.drop("large")
        # A bound on the longest: a median would hide one.
        self.figure("migrate", max(longest))


PARTS = ("rates", "first", "logins", "neighbour", "large")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="ostiary, release build")
    parser.add_argument("--floors", help="OstiaryFloors, release build; without it logins are compared with nothing")
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement (3)")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts (3)")
    parser.add_argument("--users", type=int, default=1_000_000, help="accounts in a large table (1,000,000)")
    parser.add_argument("--engines", default=",".join(figures.ENGINES), help="separated by commas (SQLite,PostgreSQL)")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part to measure; all unless given")
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="where the data is put for as long as it takes")
    options = parser.parse_args()
    options.binary = str(pathlib.Path(options.binary).resolve())
    kinds = {"sqlite": SQLite, "postgresql": PostgreSQL}
    chosen = [kinds.get(name.lower()) for name in options.engines.split(",")]
    if None in chosen:
        parser.error(f"engines are {', '.join(figures.ENGINES)}")
    if options.users < 1:
        parser.error("at least one user")
    os.environ["OSTIARY_SECRET_KEY"] = KEY
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print("The last output of `make bench-adopt`.")
    print(f"{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, Django {django.__version__} with 2 workers, "
          f"{options.rounds} rounds of {options.seconds} s", flush=True)
    redis = Redis()
    try:
        for kind in chosen:
            with tempfile.TemporaryDirectory(prefix="ostiary-adopt-", dir=options.folder) as folder:
                measured(options, kind(folder), redis, folder)
    except KeyboardInterrupt:
        sys.exit("\nstopped; the data is deleted")
    finally:
        redis.stop()


def measured(options, engine, redis, folder):
    bench, parts = Bench(options, engine, redis, folder), options.only or PARTS
    try:
        print(f"\n{engine.name}", flush=True)
        if set(parts) != {"large"}:
            bench.beside()
        for part in (part for part in PARTS if part in parts):
            if part == "large":
                bench.stop()
            getattr(bench, part)()
    finally:
        bench.stop()
        engine.close()


main()
