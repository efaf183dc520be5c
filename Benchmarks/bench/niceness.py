"""Measures which nice value the threads that hash passwords should have: the table in docs/performance.md.

The product has one value and no option for it; here the threads of a running server are told another from outside, which
needs root where it is a lower one.
"""
import argparse
import json
import os
import pathlib
import statistics
import tempfile
import time

import wrk
from probe import asking_me, probed
from processes import PASSWORD, ostiary, run, session

VALUES = (0, 5, 10, 15, 19)


def lanes(server):
    """The only threads of the server that are nice."""
    tasks = [task for task in pathlib.Path(f"/proc/{server.child.pid}/task").iterdir()
             if int((task / "stat").read_text().rsplit(")", 1)[1].split()[16]) > 0]
    if not tasks:
        raise SystemExit("no thread of the server is nice")
    return [int(task.name) for task in tasks]


class Measurement:
    def __init__(self, options, server):
        self.server, self.seconds, self.options = server, options.seconds, options
        tokens = session(server, "me@mail.example")
        self.access = tokens["access_token"]
        self.me = wrk.fixed("GET", Authorization=f"Bearer {self.access}")
        body = json.dumps({"email": "me@mail.example", "password": PASSWORD})
        self.login = wrk.fixed("POST", body, Content_Type="application/json")

    def tail(self):
        return probed(self.server.port, self.seconds * 2, asking_me(self.access))[0].quantile(0.99)

    def floors(self):
        """What each side has when it is alone: hashes a second, requests a second, the probe's p99."""
        raw = float(run(self.options.floors, "hashes", str(os.cpu_count()), str(self.seconds)))
        return raw, wrk.measure(self.server, "/api/me/", 64, self.seconds, self.me).rate, self.tail()

    def beside(self):
        """Logins a second while `me` is saturated, what `me` keeps, and the probe's p99 in a storm of logins."""
        busy, _file = wrk.begin(self.server.port, "/api/me/", 64, self.seconds + 2, self.me)
        time.sleep(1)
        logins = wrk.measure(self.server, "/api/login/", 8, self.seconds, self.login).rate
        me = wrk.Load(busy.communicate()[0], self.seconds + 2, 0).rate
        storm, _file = wrk.begin(self.server.port, "/api/login/", 64, self.seconds * 2 + 2, self.login)
        time.sleep(1)
        tail = self.tail()
        storm.communicate()
        return logins, me, tail


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="ostiary, release build")
    parser.add_argument("--floors", required=True, help="OstiaryFloors, release build")
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement (3)")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts (3)")
    options = parser.parse_args()
    rows = {value: [] for value in VALUES}
    with tempfile.TemporaryDirectory() as folder:
        server = ostiary("nice", options.binary, folder)
        try:
            measurement = Measurement(options, server)
            threads = lanes(server)
            for _ in range(options.rounds):
                raw, alone, idle = measurement.floors()
                for value in VALUES:
                    for thread in threads:
                        os.setpriority(os.PRIO_PROCESS, thread, value)
                    logins, me, tail = measurement.beside()
                    rows[value].append((logins / raw, me / alone, tail, tail / idle))
        finally:
            server.stop()
    print("| nice | logins ÷ raw rate while `me` is saturated | `me` ÷ alone meanwhile | `me` p99 in the storm, ms | ÷ idle |")
    print("|---|---|---|---|---|")
    for value, measured in rows.items():
        print(f"| {value} | " + " | ".join(f"{statistics.median(column):.3g}" for column in zip(*measured)) + " |")


main()
