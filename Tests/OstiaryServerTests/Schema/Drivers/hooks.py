"""What a generated request cannot know: who is logged in, and with which password."""

import itertools
import os
import threading

import requests
import schemathesis

SERVER = os.environ["OSTIARY_URL"]
numbers = itertools.count(1)


class Visitor(threading.local):
    """Somebody who is logged in, and anew when a request has ended that; one for each worker."""

    def __init__(self):
        self.client = requests.Session()
        self.password = None
        self.token = None

    def access_token(self):
        if self.token is None and not (self.password and self.log_in()):
            self.email, self.password = f"visitor{os.getpid()}-{next(numbers)}@mail.example", "correct horse 7 battery"
            self.post("/api/register/", 200)
            assert self.log_in()
        return self.token

    def log_in(self):
        answer = self.post("/api/login/", 200, 401)
        self.token = answer.json().get("access_token")
        return self.token is not None

    def post(self, path, *statuses):
        answer = self.client.post(SERVER + path, json={"email": self.email, "password": self.password})
        assert answer.status_code in statuses, answer.text
        return answer

    def is_known(self):
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.get(SERVER + "/api/me/", headers=headers).status_code == 200


visitor = Visitor()


@schemathesis.auth(refresh_interval=None)
class Bearer:
    def get(self, case, context):
        return visitor.access_token()

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context, case, kwargs):
    """A request that is right in form has the right password too: else nothing would ever be changed or deleted."""
    if case.meta is None or not case.meta.generation.mode.is_positive or not isinstance(case.body, dict):
        return
    field = {"POST /api/password/": "current_password", "DELETE /api/me/": "password"}.get(case.operation.label)
    if field in case.body:
        case.body[field] = visitor.password


@schemathesis.hook
def after_call(context, case, response):
    """Follows what the request did to the visitor."""
    if response.status_code >= 300:
        return
    if case.operation.label in ("POST /api/password/", "DELETE /api/me/"):
        visitor.password = visitor.token = None
    elif case.method == "DELETE" and not visitor.is_known():
        visitor.token = None
