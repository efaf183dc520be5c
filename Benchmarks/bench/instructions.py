"""Counts the instructions of one request of each hot path, and compares them with what is committed.

A count does not depend on what else the machine does, so it can fail a build where a time could not. The server runs under
valgrind; what a request costs is the difference between two dumps, divided by the requests between them.
"""
import argparse
import http.client
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from processes import Server, free_port, required

PASSWORD = "correct horse 7 battery"
LIMITS = pathlib.Path(__file__).parent.parent / "instructions.json"


class Counted:
    """A server under callgrind, and one kept connection to it."""

    def __init__(self, binary, arguments):
        self.folder = tempfile.TemporaryDirectory()
        # valgrind cannot read what Swift writes for debuggers.
        bare = f"{self.folder.name}/ostiary"
        subprocess.run([required("strip", "binutils"), "--strip-debug", "-o", bare, binary], check=True)
        shim = f"{self.folder.name}/sigsuspend.so"
        source = str(pathlib.Path(__file__).parent / "sigsuspend.c")
        subprocess.run([required("cc", "gcc"), "-shared", "-fPIC", "-o", shim, source], check=True)
        port = free_port()
        self.server = Server(
            "ostiary under valgrind",
            [required("valgrind", "valgrind"), "--tool=callgrind", "--quiet",
             f"--callgrind-out-file={self.folder.name}/out", bare, "serve", "--port", str(port),
             "--data-dir", f"{self.folder.name}/data", "--log-level", "warning", "--throttling", "off", *arguments],
            port, "/healthz", os.environ | {"SWIFT_BACKTRACE": "enable=no", "LD_PRELOAD": shim},
        )
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, method, path, body=None, access=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if access:
            headers["Authorization"] = f"Bearer {access}"
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {data[:300]}")
        return json.loads(data)

    def control(self, option):
        subprocess.run([required("callgrind_control", "valgrind"), option, str(self.server.child.pid)],
                       check=True, capture_output=True, timeout=60)

    def count(self, requests, ask):
        """Instructions per request; the caches are warm."""
        for _ in range(20):
            ask()
        self.control("--zero")
        for _ in range(requests):
            ask()
        before = set(pathlib.Path(self.folder.name).glob("out.*"))
        self.control("--dump")
        dumps = set(pathlib.Path(self.folder.name).glob("out.*")) - before
        total = sum(int(line.split()[1]) for dump in dumps for line in dump.read_text().splitlines()
                    if line.startswith("totals:"))
        if total == 0:
            raise SystemExit("valgrind counted nothing")
        return total // requests

    def stop(self):
        self.connection.close()
        self.server.stop()


def measure(counted, requests):
    account = {"email": "count@mail.example", "password": PASSWORD}
    counted.ask("POST", "/api/register/", account)
    tokens = counted.ask("POST", "/api/login/", account)
    access = tokens["access_token"]

    def refresh():
        tokens["refresh_token"] = counted.ask("POST", "/api/refresh/", {"refresh_token": tokens["refresh_token"]})["refresh_token"]

    names = itertools.count()

    def rename():
        # Another one each time: the same one would be no change.
        counted.ask("PUT", "/api/me/", {"username": f"x{next(names)}"}, access)

    return {
        "GET /healthz": counted.count(requests, lambda: counted.ask("GET", "/healthz")),
        "GET /api/me/": counted.count(requests, lambda: counted.ask("GET", "/api/me/", access=access)),
        "PUT /api/me/": counted.count(requests, rename),
        "GET /api/sessions/": counted.count(requests, lambda: counted.ask("GET", "/api/sessions/", access=access)),
        "POST /api/refresh/": counted.count(requests, refresh),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="ostiary, release build")
    parser.add_argument("--argument", action="append", default=[], help="one more argument of serve")
    parser.add_argument("--requests", type=int, default=300, help="of each path (300)")
    parser.add_argument("--update", action="store_true", help="commit to what is measured now and a tenth more")
    options = parser.parse_args()
    for last in (False, False, True):
        counted = Counted(options.binary, options.argument)
        try:
            measured = measure(counted, options.requests)
            break
        except subprocess.TimeoutExpired:
            # valgrind's debugger now and then waits for a thread that waits for it.
            print("valgrind does not answer", flush=True)
            if last:
                raise
        finally:
            counted.stop()
    if options.update:
        LIMITS.write_text(json.dumps({path: round(count * 1.1 / 1_000) * 1_000 for path, count in measured.items()}, indent=1) + "\n")
    limits = json.loads(LIMITS.read_text())
    for path, count in measured.items():
        verdict = "ok" if count <= limits[path] else "TOO MANY"
        print(f"{path:<22} {count:>9,} instructions, at most {limits[path]:>9,}: {verdict}")
    sys.exit(any(count > limits[path] for path, count in measured.items()))


main()
