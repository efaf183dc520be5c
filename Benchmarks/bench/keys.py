"""Measures tokens that other programs verify: keys, introspection, the gate and the feed of revocations.

Each figure is a ratio of one run: what is compared is asked in turn, round by round, and the median of the rounds counts.
"""
import argparse
import base64
import concurrent.futures
import http.client
import json
import os
import pathlib
import platform
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse

import wrk
from probe import asking_me, probed
from processes import Cluster, ostiary, request, run, session

CONNECTIONS = 64
SESSIONS = 64
ALGORITHMS = ("HS256", "ES256")

# Each token once.
ONCE = """
local tokens = { %s }
local at = 0
function request()
  at = at + 1
  local token = tokens[at]
  if not token then return wrk.format("GET", "/healthz") end
  return wrk.format("GET", "/api/me/", { ["Authorization"] = "Bearer " .. token })
end
"""


def basic(client):
    return "Basic " + base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.data = f"{folder}/data"
        self.server = ostiary("ostiary", options.binary, self.data, "--public-url", "http://127.0.0.1")
        self.pairs = {}
        self.command("keys", "rotate", "--now", "--yes")
        self.client = json.loads(self.command("clients", "add", "api", "--may", "introspect,feed", "--json"))
        for algorithm in ALGORITHMS:
            self.choose(algorithm)
            self.pairs[algorithm] = [session(self.server, f"user{number}@mail.example") for number in range(SESSIONS)]
            header = self.pairs[algorithm][0]["access_token"].split(".")[0]
            if algorithm not in base64.urlsafe_b64decode(header + "==").decode():
                raise SystemExit(f"the tokens are not of {algorithm}")

    def command(self, *arguments):
        return run(self.options.binary, *arguments, "--data-dir", self.data)

    def choose(self, algorithm):
        self.command("settings", "set", "TOKEN_ALGORITHM", algorithm)
        time.sleep(1.5)

    def access(self, algorithm):
        return self.pairs[algorithm][0]["access_token"]

    def compare(self, **scripts):
        """The median rates of loads that are run in turn: name = (path, script) or (path, script, before)."""
        rates = {name: [] for name in scripts}
        for _ in range(self.options.rounds):
            for name, (path, script, *before) in scripts.items():
                for step in before:
                    step()
                text = script() if callable(script) else script
                load = wrk.measure(self.server, path, CONNECTIONS, self.options.seconds, text)
                # A refresh that finds no free token asks for /healthz, which counts as refused.
                if load.refused and "refresh" not in path:
                    raise SystemExit(f"{name}: {load.refused} requests were refused")
                rates[name].append(load.rate)
        for name, found in rates.items():
            print(f"  {name:<28} {statistics.median(found):>10.0f}/s", flush=True)
        return {name: statistics.median(found) for name, found in rates.items()}

    def figure(self, name, bound, value, good):
        print(f"{name:<58} {bound:>9}  {value:>10.3g}  {'yes' if good else 'NO'}", flush=True)

    def bearer(self, path, algorithm):
        return path, wrk.fixed("GET", Authorization=f"Bearer {self.access(algorithm)}")

    def verified(self):
        rates = self.compare(hs=self.bearer("/api/me/", "HS256"), es=self.bearer("/api/me/", "ES256"))
        self.figure("me: ES256 ÷ HS256", "≥ 0.95", rates["es"] / rates["hs"], rates["es"] >= 0.95 * rates["hs"])
        status, _ = request(self.server.port, "GET", "/api/authorize/", None, {"Authorization": "Bearer x"})
        if status == 404:
            print("the server has no gate")
        else:
            gate = self.compare(
                hs=self.bearer("/api/authorize/", "HS256"), es=self.bearer("/api/authorize/", "ES256"),
                me=self.bearer("/api/me/", "ES256"))
            self.figure("gate: ES256 ÷ HS256", "≥ 0.95", gate["es"] / gate["hs"], gate["es"] >= 0.95 * gate["hs"])
            self.figure("gate ÷ me", "", gate["es"] / gate["me"], True)

    def first_use(self):
        """Tokens that this server has never seen, each used once: a second server has signed them."""
        tokens = []
        other = ostiary("other", self.options.binary, f"{self.folder}/other", "--database-url",
                        f"sqlite:{self.data}/ostiary.sqlite3", "--public-url", "http://127.0.0.1")
        try:
            refresh = [pair["refresh_token"] for pair in self.pairs["ES256"]]

            def chain(token):
                connection = http.client.HTTPConnection("127.0.0.1", other.port, timeout=30)
                got = []
                for _ in range(self.options.tokens // SESSIONS):
                    connection.request("POST", "/api/refresh/", json.dumps({"refresh_token": token}),
                                       {"Content-Type": "application/json"})
                    pair = json.loads(connection.getresponse().read())
                    token = pair["refresh_token"]
                    got.append(pair["access_token"])
                return token, got

            with concurrent.futures.ThreadPoolExecutor(SESSIONS) as pool:
                for number, (token, got) in enumerate(pool.map(chain, refresh)):
                    self.pairs["ES256"][number]["refresh_token"] = token
                    self.pairs["ES256"][number]["access_token"] = got[-1]
                    tokens += got[:-1]
        finally:
            other.stop()
        load = wrk.measure(self.server, "/api/me/", CONNECTIONS, 2, ONCE % ",".join(json.dumps(token) for token in tokens))
        if load.answered > len(tokens) or load.refused:
            raise SystemExit(f"{load.answered} requests with {len(tokens)} tokens, {load.refused} refused: give more --tokens")
        self.figure("first use of a token of ES256, per second", "≥ 5000", load.rate, load.rate >= 5_000)

    def refreshed(self):
        tokens = {name: [pair["refresh_token"] for pair in pairs] for name, pairs in self.pairs.items()}

        def renew(algorithm):
            self.choose(algorithm)
            tokens[algorithm] = [session(self.server, f"user{number}@mail.example")["refresh_token"]
                                 for number in range(2 * SESSIONS)]

        rates = self.compare(
            hs=("/api/refresh/", lambda: wrk.refreshing(tokens["HS256"]), lambda: renew("HS256")),
            es=("/api/refresh/", lambda: wrk.refreshing(tokens["ES256"]), lambda: renew("ES256")))
        self.figure("refresh: ES256 ÷ HS256", "≥ 0.9", rates["es"] / rates["hs"], rates["es"] >= 0.9 * rates["hs"])

    def asked(self):
        body = urllib.parse.urlencode({"token": self.access("ES256")})
        asking = wrk.fixed("POST", body, Authorization=basic(self.client),
                           Content_Type="application/x-www-form-urlencoded")
        rates = self.compare(me=self.bearer("/api/me/", "ES256"), introspection=("/api/introspect/", asking))
        ratio = rates["introspection"] / rates["me"]
        self.figure("introspection ÷ me", "≥ 0.7", ratio, ratio >= 0.7)
        rates = self.compare(health=("/healthz", wrk.fixed("GET")), jwks=("/.well-known/jwks.json", wrk.fixed("GET")))
        ratio = rates["jwks"] / rates["health"]
        self.figure("public keys ÷ healthz", "≥ 1", ratio, ratio >= 1)

    def listened(self):
        """Others beside a thousand listeners."""
        headers = {"Authorization": basic(self.client)}
        status, page = request(self.server.port, "GET", "/api/revocations/", None, headers)
        if status != 200:
            raise SystemExit(f"the feed answers {status}")
        cursor = json.loads(base64.urlsafe_b64decode(page.split(b".")[1] + b"=="))["cursor"]
        tails = {False: [], True: []}
        memory = []
        for _ in range(self.options.rounds):
            for listens in (False, True):
                ends = threading.Event()
                listeners = []
                before = self.server.memory()[0]
                if listens:
                    listeners = [Listener(self.server.port) for _ in range(1_000)]
                    time.sleep(2)
                    idle = self.server.memory()[0]
                    for listener in listeners:
                        listener.listen(headers, cursor)
                    time.sleep(2)
                    memory.append((idle - before, self.server.memory()[0] - idle))
                [probe] = probed(self.server.port, self.options.seconds * 2,
                                 asking_me(*[pair["access_token"] for pair in self.pairs["ES256"]]), rate=200)
                tails[listens].append(probe.quantile(0.99))
                ends.set()
                for listener in listeners:
                    listener.close()
        without, beside = statistics.median(tails[False]), statistics.median(tails[True])
        print(f"  me p99 {without:.3f} ms alone, {beside:.3f} ms beside 1,000 listeners", flush=True)
        self.figure("me p99 beside 1,000 listeners ÷ alone", "≤ 1.05", beside / without, beside <= 1.05 * without)
        connected, listening = memory[0]
        print(f"  1,000 connections that ask for nothing: {connected:.1f} MiB", flush=True)
        self.figure("memory of 1,000 that listen, beyond it, MiB", "≤ 8", listening, listening <= 8)

    def snapshot(self):
        """A list of 1,800,000: 30 hours at 1,000 logouts a minute."""
        count = self.options.entries
        until = int((time.time() + 108_000) * 1e6)
        series = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
        database = sqlite3.connect(f"{self.data}/ostiary.sqlite3", timeout=60)
        database.execute(
            f"INSERT INTO ostiary_revocation (kind, subject, at, expires_at) "
            f"SELECT 'session', lower(hex(randomblob(16))), 1, {until} FROM ({series} SELECT i FROM n)")
        database.commit()
        database.close()
        before = self.server.memory()[0]
        print("  SQLite:     " + self.read(self.server), flush=True)
        print(f"  resident {self.server.memory()[0] - before:+.1f} MiB", flush=True)
        cluster = Cluster(self.folder)
        try:
            cluster.run("CREATE DATABASE keys")
            url = cluster.url("keys")
            server = ostiary("postgres", self.options.binary, f"{self.folder}/postgres", "--database-url", url,
                             "--public-url", "http://127.0.0.1")
            try:
                data = ("--data-dir", f"{self.folder}/postgres", "--database-url", url)
                run(self.options.binary, "keys", "rotate", "--now", "--yes", *data)
                client = json.loads(run(self.options.binary, "clients", "add", "api", "--may", "feed", "--json", *data))
                cluster.run(
                    "INSERT INTO ostiary_revocation (kind, subject, at, expires_at) SELECT 'session', md5(i::text), 1, "
                    f"{until} FROM generate_series(1, {count}) i", "keys")
                time.sleep(1.5)
                print("  PostgreSQL: " + self.read(server, client), flush=True)
            finally:
                server.stop()
        finally:
            cluster.close()

    def read(self, server, client=None):
        """Reads the whole list, as a program does that starts."""
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"Authorization": basic(client or self.client)}
        begin, size, pages, entries, cursor = time.perf_counter(), 0, 0, 0, None
        while True:
            connection.request("GET", "/api/revocations/" + (f"?after={cursor}" if cursor else ""), headers=headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise SystemExit(f"the feed answers {answer.status}: {text[:200]}")
            page = json.loads(base64.urlsafe_b64decode(text.split(b".")[1] + b"=="))
            size, pages, entries, cursor = size + len(text), pages + 1, entries + len(page["sessions"]), page["cursor"]
            if not page["more"]:
                break
        seconds = time.perf_counter() - begin
        return (f"{entries:,} entries in {pages} pages, {size / 1e6:.0f} MB, {seconds:.1f} s "
                f"({entries / seconds:,.0f} entries a second)")


class Listener:
    """A request that waits, without a thread."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request("GET", "/healthz")
        self.connection.getresponse().read()

    def listen(self, headers, cursor):
        self.connection.request("GET", f"/api/revocations/?wait=30&after={cursor}", headers=headers)

    def close(self):
        self.connection.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="the release build of ostiary")
    parser.add_argument("--seconds", type=int, default=3, help="the length of a round (default: 3)")
    parser.add_argument("--rounds", type=int, default=5, help="the rounds of each comparison (default: 5)")
    parser.add_argument("--tokens", type=int, default=64_000, help="the tokens of the first use (default: 64,000)")
    parser.add_argument("--entries", type=int, default=1_800_000, help="the entries of the list (default: 1,800,000)")
    parser.add_argument("--parts", default="verified,first_use,asked,listened,refreshed,snapshot",
                        help="the parts to measure (default: all of them)")
    options = parser.parse_args()
    os.environ["OSTIARY_SECRET_KEY"] = "of-the-benchmark-and-of-at-least-32-bytes"
    options.binary = str(pathlib.Path(options.binary).resolve())
    print(f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, {time.strftime('%Y-%m-%d')}; "
          f"{options.rounds} rounds of {options.seconds} s")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, folder)
        try:
            for part in options.parts.split(","):
                getattr(bench, part)()
        finally:
            bench.server.stop()


if __name__ == "__main__":
    sys.exit(main())
