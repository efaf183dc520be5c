"""An application that tells what reached it. Usage: application.py PORT"""

import json
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Handler(WSGIRequestHandler):
    def get_environ(self):
        return super().get_environ() | {"headers": self.headers.items()}

    def log_message(self, *arguments):
        pass


def application(environ, start_response):
    told = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    answer = {
        "method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "query": environ["QUERY_STRING"],
        "environ": told, "headers": environ["headers"],
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


make_server("127.0.0.1", int(sys.argv[1]), application, Server, Handler).serve_forever()
