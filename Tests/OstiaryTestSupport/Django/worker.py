"""Evaluates Python in a Django project for a test, which sends it over a unix socket: starting Django for each would be
slow. A line is a JSON string with an expression or statements, an answer is {"value": its repr} or {"error": why}. The
project is on PYTHONPATH; what its module `at_hand` has is known to what is evaluated."""

import json
import os
import socket
import sys
from importlib import import_module

import django
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

names = vars(import_module("at_hand"))


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
    finally:
        close_old_connections()


with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(sys.argv[1])
    listener.listen(1)
    connection, _ = listener.accept()
    with connection, connection.makefile("rw", encoding="utf-8") as stream:
        for line in stream:
            stream.write(json.dumps(answer(json.loads(line))) + "\n")
            stream.flush()
