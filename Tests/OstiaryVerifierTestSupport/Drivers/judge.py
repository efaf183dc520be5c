"""What the tests ask of docs/clients/verifier.py, over a unix socket: `judge.py CLIENTS SOCKET CONFIGURATION`."""

import base64
import json
import logging
import socket
import sys
import time

clients, path, configuration = sys.argv[1:]
sys.path.insert(0, clients)
import verifier  # noqa: E402

lines, ahead = [], 0.0


class Kept(logging.Handler):
    def emit(self, record):
        lines.append(record.getMessage())


verifier.log.addHandler(Kept())
verifier.log.setLevel(logging.INFO)
verifier.log.propagate = False
judge = verifier.Verifier(
    **json.loads(configuration), clock=lambda: time.time() + ahead, uptime=lambda: time.monotonic() + ahead)


def answer(command, argument=""):
    global ahead
    if command == "judge":
        try:
            return f"ok {judge.verify(base64.b64decode(argument).decode())['sub']}"
        except verifier.Refused as error:
            return f"refused {error.reason}"
        except verifier.Unavailable as error:
            return f"unavailable {error.reason}"
    if command == "advance":
        ahead += float(argument)
        return "done"
    if command == "fresh":
        judge.start()
        return str(judge.is_fresh).lower()
    return json.dumps(lines)


listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen()
connection, _ = listener.accept()
with connection, connection.makefile("rw", encoding="utf-8", newline="\n") as stream:
    for line in stream:
        stream.write(answer(*line.split()) + "\n")
        stream.flush()
