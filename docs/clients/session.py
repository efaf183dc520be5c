"""A session with Ostiary that threads and processes share by a file; docs/features/sessions.md says why."""

import fcntl
import json
import os
import random
import secrets
import time
import urllib.error
import urllib.request
from contextlib import contextmanager


class SignedOut(Exception):
    """There is no session, or none any more: ask for the password."""


class Session:
    def __init__(self, url, path, tries=6, pause=0.5, timeout=10):
        """`pause` is the longest wait after the first try, `timeout` that for a server which is silent; in seconds."""
        self.url, self.path, self.tries, self.pause, self.timeout = url, path, tries, pause, timeout

    def login(self, email, password):
        status, _, body = self._send("POST", "/api/login/", {"email": email, "password": password})
        if status != 200:
            raise SignedOut(f"the login was answered {status}")
        with self._alone():
            self._receive(json.loads(body))

    def logout(self):
        """Raises when the server could not be told: the session is still there, and so is the file."""
        with self._alone():
            status, _, _ = self._send("POST", "/api/logout/", {"refresh_token": self._read()["refresh_token"]})
            if status not in (200, 400):
                raise ConnectionError(f"the logout was answered {status}")
            os.remove(self.path)

    def request(self, method, path, body=None):
        """Status, headers and bytes of the answer. Only the caller knows what may be sent again when there is none."""
        token = self._read()["access_token"]
        answer = self._send(method, path, body, {"Authorization": f"Bearer {token}"})
        if answer[0] != 401:
            return answer
        return self._send(method, path, body, {"Authorization": f"Bearer {self.refresh(token)}"})

    def refresh(self, refused):
        """An access token other than the refused one."""
        failure, wait = None, 0
        for attempt in range(self.tries):
            if attempt:
                time.sleep(min(60, max(wait, random.uniform(0, self.pause * 2 ** (attempt - 1)))))
            wait = 0
            with self._alone():  # what is sent is read, and its answer stored, in one turn
                held = self._read()
                if held["access_token"] != refused:
                    return held["access_token"]
                try:
                    fields = {"refresh_token": held["refresh_token"]}
                    status, headers, body = self._send("POST", "/api/refresh/", fields, {"Idempotency-Key": held["key"]})
                    after = headers.get("Retry-After", "")
                    wait = int(after) if after.isdecimal() else 0
                    answer = json.loads(body)
                    if status == 200:
                        return self._receive(answer)
                    if status == 400 and answer == {"error": "Invalid refresh token"}:
                        os.remove(self.path)
                        raise SignedOut
                    raise ConnectionError(f"a refresh was answered {status}")
                except SignedOut:
                    raise
                except Exception as error:  # no answer, half of one, or one of something else
                    failure = error
        raise ConnectionError("no answer to a refresh; the session is kept") from failure

    def _receive(self, pair):
        """Stores it durably with the key for its refresh, drawn now."""
        held = {name: pair[name] for name in ("access_token", "refresh_token")} | {"key": secrets.token_hex(16)}
        with open(f"{self.path}.new", "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            json.dump(held, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, self.path)
        folder = os.open(os.path.dirname(os.path.abspath(self.path)), os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return held["access_token"]

    def _read(self):
        try:
            with open(self.path) as file:
                return json.load(file)
        except FileNotFoundError:
            raise SignedOut from None

    @contextmanager
    def _alone(self):
        with open(f"{self.path}.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go of when the file is closed, a killed process's too
            yield

    def _send(self, method, path, body=None, headers=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
        try:
            answer = urllib.request.urlopen(
                urllib.request.Request(self.url + path, data, headers, method=method), timeout=self.timeout)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers, answer.read()
