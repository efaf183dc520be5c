"""Measures the release build beside its floors and a Django service, in one run. See docs/performance.md."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import resource
import statistics
import tempfile
import threading
import time

import crowd
import figures
import wrk
from filling import fill
from probe import asking_me, asking_refresh, probed
from processes import PASSWORD, Server, free_port, ostiary, request, run, session


class Bench:
    def __init__(self, options):
        self.options = options
        self.seconds, self.rounds = options.seconds, options.rounds
        self.lanes = os.cpu_count()
        self.routes, self.figures = [], {}
        self.folder = tempfile.TemporaryDirectory()

    # Servers

    def ostiary(self, name, *arguments):
        return ostiary(name, self.options.binary, f"{self.folder.name}/{name}", *self.options.argument, *arguments)

    def floor(self, kind):
        port = free_port()
        return Server(kind, [self.options.floors, kind, str(port)], port, "/")

    def django(self):
        service = pathlib.Path(__file__).parent.parent / "Django"
        environment = os.environ | {"BENCH_DATABASE": f"{self.folder.name}/django.sqlite3", "PYTHONDONTWRITEBYTECODE": "1"}
        run(self.options.python, str(service / "service.py"), environment=environment)
        port = free_port()
        gunicorn = str(pathlib.Path(self.options.python).parent / "gunicorn")
        return Server(
            "Django",
            [gunicorn, "--chdir", str(service), "--bind", f"127.0.0.1:{port}", "--workers", "2", "--log-level", "error",
             "service:application"],
            port, "/api/me/", environment,
        )

    # Measuring

    def route(self, name, server, path, connections, script):
        """The median of the rounds by rate, which is also kept for the table."""
        loads = [wrk.measure(server, path, connections, self.seconds, script()) for _ in range(self.rounds)]
        load = sorted(loads, key=lambda load: load.rate)[len(loads) // 2]
        self.kept(name, connections, load.table())
        return load

    def kept(self, name, connections, row):
        self.routes.append({"route": name, "connections": connections, **row})
        tail = "" if row["p99_ms"] is None else f"  p50 {row['p50_ms']} ms  p99 {row['p99_ms']} ms"
        print(f"{name:<34} {connections:>3} connections {row['rate']:>9.0f}/s{tail}", flush=True)

    def figure(self, name, value):
        self.figures[name] = round(value, 4)
        print(figures.line(name, value), flush=True)

    def me(self, tokens):
        return lambda: wrk.fixed("GET", Authorization=f"Bearer {tokens['access_token']}")

    def refreshes(self, server, count, email):
        return lambda: wrk.refreshing([session(server, email)["refresh_token"] for _ in range(count)])

    def throughput(self):
        constant, bare, server, django = self.floor("hummingbird"), self.floor("nio"), self.ostiary("rates"), self.django()
        tokens, theirs = session(server, "me@mail.example"), session(django, "me@mail.example")
        get, bearer = (lambda: wrk.fixed("GET")), {"Authorization": f"Bearer {tokens['access_token']}"}
        for connections in (1, 8, 64):
            self.route("bare SwiftNIO", bare, "/", connections, get)
            floor = self.route("constant Hummingbird route", constant, "/", connections, get)
            me = self.route("GET /api/me/", server, "/api/me/", connections, self.me(tokens))
            self.route("PUT /api/me/", server, "/api/me/", connections,
                       lambda: wrk.fixed("PUT", '{"username":"x"}', **bearer, Content_Type="application/json"))
            self.route("GET /api/sessions/", server, "/api/sessions/", connections, lambda: wrk.fixed("GET", **bearer))
            refresh = self.route("POST /api/refresh/", server, "/", connections,
                                 self.refreshes(server, connections * 2, "refresh@mail.example"))
            other = self.route("Django: GET /api/me/", django, "/api/me/", connections, self.me(theirs))
            other_refresh = self.route("Django: POST /api/refresh/", django, "/", connections,
                                       self.refreshes(django, connections * 2, "me@mail.example"))
        self.figure("me_to_constant", me.rate / floor.rate)
        self.figure("me_to_django", me.rate / other.rate)
        self.figure("refresh_to_constant", refresh.rate / floor.rate)
        self.figure("refresh_to_django", refresh.rate / other_refresh.rate)
        for other in (constant, bare, django):
            other.stop()
        self.hashing(server, tokens)
        server.stop()
        commits = [float(run(self.options.floors, "commits", f"{self.folder.name}/commits-{n}", "64", str(self.seconds)))
                   for n in range(self.rounds)]
        self.kept("raw group commit, one row", 64,
                  {"rate": statistics.median(commits), "p50_ms": None, "p99_ms": None, "cpu_us": None})

    def hashing(self, server, tokens):
        body = json.dumps({"email": "me@mail.example", "password": PASSWORD})
        script = lambda: wrk.fixed("POST", body, Content_Type="application/json")  # noqa: E731
        pairs = []
        for _ in range(self.rounds):
            # By turns: what else the machine does falls on both.
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            rate = float(run(self.options.floors, "hashes", str(self.lanes), str(self.seconds)))
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            pairs.append((rate, cpu * 1e6 / (rate * self.seconds), wrk.measure(server, "/api/login/", 8, self.seconds, script())))
        raw = statistics.median(rate for rate, _, _ in pairs)
        self.kept("raw Argon2id", self.lanes,
                  {"rate": raw, "p50_ms": None, "p99_ms": None, "cpu_us": statistics.median(cpu for _, cpu, _ in pairs)})
        self.kept("POST /api/login/", 8, sorted((load for _, _, load in pairs), key=lambda load: load.rate)[len(pairs) // 2].table())
        self.figure("login_to_raw", statistics.median(load.rate / rate for rate, _, load in pairs))
        rates = []
        for _ in range(self.rounds):
            busy, _file = wrk.begin(server.port, "/api/me/", 64, self.seconds + 2, self.me(tokens)())
            time.sleep(1)
            rates.append(wrk.measure(server, "/api/login/", 8, self.seconds, script()).rate)
            busy.communicate()
        self.figure("login_busy_to_raw", statistics.median(rates) / raw)

    def storm(self):
        server = self.ostiary("storm")
        request(server.port, "GET", "/healthz")
        time.sleep(1)
        resident, private = server.memory()
        self.figure("idle_private", private)
        self.figure("idle_resident", resident)
        body = json.dumps({"email": "storm@mail.example", "password": PASSWORD})
        asks = lambda: (asking_me(session(server, "me@mail.example")["access_token"]),  # noqa: E731
                        asking_refresh(session(server, "me@mail.example")["refresh_token"]))
        session(server, "storm@mail.example")
        script = wrk.fixed("POST", body, Content_Type="application/json")
        idle, stormy, top = [], [], []
        for _ in range(self.rounds):
            idle.append([probe.quantile(0.99) for probe in probed(server.port, self.seconds * 2, *asks())])
            ready = asks()
            child, _file = wrk.begin(server.port, "/api/login/", 64, self.seconds * 2 + 2, script)
            time.sleep(1)
            with self.watching(server) as most:
                probes = probed(server.port, self.seconds * 2, *ready)
            child.communicate()
            if any(probe.failures for probe in probes):
                raise SystemExit("a probe was refused in the storm")
            stormy.append([probe.quantile(0.99) for probe in probes])
            top.append(max(most))
        middle = lambda rows, column: statistics.median(row[column] for row in rows)  # noqa: E731
        print(f"idle p99 me {middle(idle, 0):.2f} ms, refresh {middle(idle, 1):.2f} ms; "
              f"storm me {middle(stormy, 0):.2f} ms, refresh {middle(stormy, 1):.2f} ms")
        self.figure("storm_me_p99", middle(stormy, 0))
        self.figure("storm_me_ratio", middle(stormy, 0) / middle(idle, 0))
        self.figure("storm_refresh_ratio", middle(stormy, 1) / middle(idle, 1))
        self.figure("storm_memory", statistics.median(top) - resident - self.lanes * 19)
        with self.watching(server) as most:
            times = crowd.logins(server.port, 512, self.seconds * 2, "storm@mail.example", PASSWORD)
        refused = sorted(time for status, list in times.items() if status in (429, 503) for time in list)
        if not refused:
            raise SystemExit("nobody was refused")
        print(f"512 clients: {len(refused)} refused, {len(times.get(200, []))} logged in")
        self.figure("refused_login", refused[int(0.99 * len(refused))])
        print(f"all that so far: {max(top + most) - resident - self.lanes * 19:.1f} MiB beyond idle and 19 MiB per lane")
        server.stop()
        self.resets()

    def resets(self):
        """On a server that has been idle, as the storm's memory is."""
        server = self.ostiary("resets")
        request(server.port, "GET", "/healthz")
        time.sleep(1)
        resident, _private = server.memory()
        session(server, "storm@mail.example")
        with self.watching(server) as most:
            crowd.resets(server.port, 200, self.seconds * 2, "storm@mail.example", PASSWORD)
        self.figure("reset_memory", max(most) - resident - self.lanes * 19)
        server.stop()

    def watching(self, server):
        return Watch(server)

    def growth(self):
        server = self.ostiary("growth")
        session(server, "first@mail.example")
        tails = {}
        for users in (1_000, 100_000):
            server.stop()
            fill(f"{self.folder.name}/growth/ostiary.sqlite3", users, users)
            server.start()
            load = self.route(f"POST /api/refresh/, {users:,} users", server, "/", 8,
                              self.refreshes(server, 16, "first@mail.example"))
            tokens = session(server, "first@mail.example")
            self.route(f"GET /api/me/, {users:,} users", server, "/api/me/", 8, self.me(tokens))
            tails[users] = load.tail
        self.figure("growth_refresh", tails[100_000] / tails[1_000])
        server.stop()
        fill(f"{self.folder.name}/growth/ostiary.sqlite3", 1_000_000, 1_000_000)
        starts = []
        for _ in range(max(3, self.rounds)):
            starts.append(server.start() * 1e3)
            server.stop()
        self.figure("start", statistics.median(starts))


class Watch:
    """Looks at a server's resident memory twenty times a second."""

    def __init__(self, server):
        self.server, self.most, self.done = server, [], threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.done.wait(0.05):
            self.most.append(self.server.memory()[0])

    def __enter__(self):
        self.thread.start()
        return self.most

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="ostiary, release build")
    parser.add_argument("--floors", required=True, help="OstiaryFloors, release build")
    parser.add_argument("--python", required=True, help="the Python that has Django")
    parser.add_argument("--argument", action="append", default=[], help="one more argument of serve")
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement (3)")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts (3)")
    parser.add_argument("--only", choices=["throughput", "storm", "growth"], action="append")
    parser.add_argument("--json", help="where the result goes")
    parser.add_argument("--page", help="a Markdown file whose part between <!-- figures --> and <!-- end --> is replaced")
    options = parser.parse_args()
    bench = Bench(options)
    for part in options.only or ["throughput", "storm", "growth"]:
        getattr(bench, part)()
    result = {
        "date": datetime.date.today().isoformat(), "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "seconds": options.seconds, "rounds": options.rounds, "figures": bench.figures, "routes": bench.routes,
    }
    figures.keep(result, options.json, options.page)


main()
