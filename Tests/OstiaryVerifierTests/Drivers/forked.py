"""A program that forks after its first use of docs/clients/verifier.py: `forked.py CLIENTS CONFIGURATION TOKEN`.

Ends with 0 if the parent and both children accept the token first and refuse it when its session has ended."""

import json
import os
import signal
import sys
import threading
import time

clients, configuration, token = sys.argv[1:]
sys.path.insert(0, clients)
import verifier  # noqa: E402

judge = verifier.Verifier(**json.loads(configuration))


def judged():
    try:
        return judge.verify(token)["sub"]
    except verifier.Refused as error:
        return error.reason


def watch():
    if judged() != "7":
        return 1
    end = time.monotonic() + 40
    while time.monotonic() < end:
        if judged() == "session_ended":
            return 0
        time.sleep(0.02)
    return 2


def hold(held, over):
    with judge.lock, judge.fetching:
        held.set()
        over.wait()


if judged() != "7":
    sys.exit(3)
children = []
for _ in range(2):
    # Another thread has the locks while the process is forked, and is not taken along.
    held, over = threading.Event(), threading.Event()
    holder = threading.Thread(target=hold, args=(held, over))
    holder.start()
    held.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(100)  # a child that waits for a lock ends, too
        os._exit(watch())
    over.set()
    holder.join()
    children.append(child)
statuses = [watch()] + [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
print(statuses)
sys.exit(max(statuses))
