"""Evaluates Python in this project for a test, which sends it over a unix socket: starting Django for each would be
slow. A line is a JSON string with an expression or statements, an answer is {"value": its repr} or {"error": why}."""

import datetime
import json
import os
import socket
import sys
from decimal import Decimal
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from constance import config
from constance.codecs import dumps, loads

names = {
    "config": config, "dumps": dumps, "loads": loads, "datetime": datetime, "Decimal": Decimal, "UUID": UUID,
}


def evaluate(source):
    try:
        code = compile(source, "test", "eval")
    except SyntaxError:
        return exec(compile(source, "test", "exec"), names)
    return eval(code, names)


def answer(source):
    try:
        return {"value": repr(evaluate(source))}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(sys.argv[1])
    listener.listen(1)
    connection, _ = listener.accept()
    with connection, connection.makefile("rw", encoding="utf-8") as stream:
        for line in stream:
            stream.write(json.dumps(answer(json.loads(line))) + "\n")
            stream.flush()
