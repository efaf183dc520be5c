"""Requests paced by the clock, each timed from the moment at which it should have been sent."""
import collections
import http.client
import itertools
import json
import os
import socket
import threading
import time


class Probe(threading.Thread):
    """One client that asks so many times a second, whether or not the answer before has come in time.

    A late answer delays those behind it, and they count from their own moments: nothing is omitted.
    """

    def __init__(self, port, rate, seconds, ask):
        super().__init__()
        self.port, self.rate, self.seconds, self.ask = port, rate, seconds, ask
        self.times, self.failures = [], 0

    def run(self):
        self.go_first()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start = time.perf_counter()
        for number in range(int(self.rate * self.seconds)):
            due = start + number / self.rate
            time.sleep(max(0, due - time.perf_counter()))
            if not self.ask(connection):
                self.failures += 1
            self.times.append((time.perf_counter() - due) * 1e3)
        connection.close()

    def go_first(self):
        """Elsewhere a client has a core of its own. Here it would be measured how long it waits for one, so it does not."""
        try:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        except PermissionError:
            print("probe: not allowed to go first; its own waits for a core are measured too")

    def quantile(self, part):
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def asking_me(*access):
    """With these access tokens in turn."""
    turn = itertools.cycle(access)

    def ask(connection):
        connection.request("GET", "/api/me/", headers={"Authorization": f"Bearer {next(turn)}"})
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200

    return ask


def asking_refresh(*tokens, granted=None):
    """With these refresh tokens in turn, then with what each was exchanged for; `granted` collects access tokens."""
    turn = collections.deque(tokens)

    def ask(connection):
        body = json.dumps({"refresh_token": turn.popleft()})
        connection.request("POST", "/api/refresh/", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        data = answer.read()
        if answer.status == 200:
            pair = json.loads(data)
            turn.append(pair["refresh_token"])
            if granted is not None:
                granted.append(pair["access_token"])
        return answer.status == 200

    return ask


def probed(port, seconds, *asks, rate=50):
    """Runs one probe for each way of asking, at the same time."""
    probes = [Probe(port, rate, seconds, ask) for ask in asks]
    for probe in probes:
        probe.start()
    for probe in probes:
        probe.join()
    return probes
