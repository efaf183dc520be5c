"""A program that forks after its first use of docs/clients/verifier.py: `forked.py CLIENTS CONFIGURATION TOKEN`.

Ends with 0 if the parent and both children accept the token first and refuse it when its session has ended."""

import json
import os
import sys
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


if judged() != "7":
    sys.exit(3)
children = []
for _ in range(2):
    # As if another thread was just about to fetch: a lock is held while the process is forked.
    with judge.lock, judge.fetching:
        child = os.fork()
    if child == 0:
        os._exit(watch())
    children.append(child)
statuses = [watch()] + [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
print(statuses)
sys.exit(max(statuses))
