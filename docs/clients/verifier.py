"""Verifies Ostiary's access tokens by its public keys, and refuses those of ended sessions.

docs/guides/protect-your-api.md says how to use it. It needs Python 3.9 and the package cryptography. For Django there are
`Middleware` and `required`, for Django REST framework `Authentication`."""

import base64
import functools
import json
import logging
import os
import random
import re
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import weakref

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

log = logging.getLogger("ostiary")
ALWAYS = 2**53  # «issued before» of an entry that refuses every token
SKEW, TRANSIT = 60, 10  # seconds that clocks differ, and that a page of the feed may be under way


class Refused(Exception):
    """The token is refused: answer 401. `reason` names the rule."""

    def __init__(self, reason):
        super().__init__(f"token refused: {reason}")
        self.reason = reason


class Unavailable(Exception):
    """Nobody can say now: answer 503. A 401 would make the client throw a good token away."""

    def __init__(self, reason):
        super().__init__(f"verifier unavailable: {reason}")
        self.reason = reason


def _uptime():
    """Seconds that go on while the machine sleeps, where the system tells them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Verifier:
    """Make one when the program starts; threads may share it, and so may processes that are forked later."""

    def __init__(self, issuer, audience, client_id=None, secret=None, *, silence="closed", silence_after=90,
                 algorithms=("ES256", "RS256", "EdDSA"), leeway=30, keys_url=None, feed_url=None, instance=None,
                 allow_plain_text=False, timeout=10, start_timeout=5, maximum_entries=2_000_000,
                 clock=time.time, uptime=_uptime):
        """`issuer` is the `--public-url` of the server, `audience` a list of names of this application. With `client_id` and
        `secret` of a client that may read the feed, ended sessions are refused; `silence` is "closed" (`Unavailable`) or "open"
        (accepted) when nothing was heard for `silence_after` seconds. The first tokens wait for the feed, `start_timeout` seconds
        at most.

        `leeway`: the seconds that the clocks of the server and of this machine may differ. `keys_url`, `feed_url`: where the
        server is reached, if not at `issuer`; `allow_plain_text` allows http:// to another machine. `instance`: a stable name of
        this process for the server, by default that of the host. `timeout`: the seconds for the head of an answer; the whole has
        twice as long, and a poll of the feed 30 more. `maximum_entries`: the revocations that are kept, beyond which the feed
        counts as silent. `clock` and `uptime` give seconds, for tests; `uptime` goes on while the machine sleeps."""
        issuer = issuer.rstrip("/")
        if not issuer or not audience or isinstance(audience, str) or not all(audience):
            raise ValueError("issuer and a list of audiences are needed")
        if silence not in ("open", "closed") or not silence_after > 0 or not set(algorithms) <= {"ES256", "RS256", "EdDSA"}:
            raise ValueError("silence is open or closed, after some seconds, and algorithms are ES256, RS256 and EdDSA")
        for part in (client_id, secret):
            if (client_id or secret) and not re.fullmatch("[A-Za-z0-9_-]+", part or "", re.ASCII):
                raise ValueError("client_id and secret consist of A-Z, a-z, 0-9, - and _")
        self.issuer, self.audience, self.algorithms, self.leeway = issuer, list(audience), set(algorithms), leeway
        self.keys_url = keys_url or issuer + "/.well-known/jwks.json"
        self.feed_url = (feed_url or issuer + "/api/revocations/") if client_id else None
        for url in filter(None, (self.keys_url, self.feed_url)):
            _check_address(url, allow_plain_text)
        self.credentials = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        self.silence, self.silence_after = silence, silence_after
        self.instance = re.sub("[^A-Za-z0-9._-]", "-", socket.gethostname() if instance is None else instance)[:64]
        self.timeout, self.start_timeout, self.maximum_entries = timeout, start_timeout, maximum_entries
        self.clock, self.uptime = clock, uptime
        self.keys, self.etag, self.stale_at, self.next_fetch, self.keys_failed = None, None, 0, float("-inf"), False
        self.ended_at, self.fetched_at = float("-inf"), 0
        self.entries, self.missing_until, self.known_at = {}, 0, None
        self.said, self.forgotten_at = {}, None
        self.was_fresh = None
        self.process = None
        self._after_fork()
        if hasattr(os, "register_at_fork"):
            forked = weakref.WeakMethod(self._after_fork)
            os.register_at_fork(after_in_child=lambda: forked() and forked()())

    def verify(self, token):
        """The claims of an access token. Raises `Refused` and `Unavailable`."""
        self.start()
        if len(token) > 8192:
            raise Refused("malformed")
        parts, header = _signed(token, "at+jwt", self.algorithms)
        claims = self._payload(parts, header)
        now = self.clock()
        audience = claims.get("aud")
        audience = [audience] if isinstance(audience, str) else audience
        if claims.get("iss") != self.issuer:
            raise Refused("issuer")
        if not isinstance(audience, list) or not all(isinstance(name, str) for name in audience) \
                or not set(audience) & set(self.audience):
            raise Refused("audience")
        expires, (subject, session) = _seconds(claims.get("exp")), map(_id, (claims.get("sub"), claims.get("sid")))
        begins = [_seconds(claims[name]) for name in ("iat", "nbf") if name in claims]
        if None in (expires, subject, session, *begins):
            raise Refused("claims")
        if now >= expires + self.leeway:
            raise Refused("expired")
        if any(begin > now + self.leeway for begin in begins):
            raise Refused("not_yet_valid")
        if self.feed_url:
            self._judge(header["kid"], session, subject, _seconds(claims.get("iat")) or 0)
        return claims

    @property
    def is_fresh(self):
        """True if nothing that is revoked is unknown for longer than `silence_after`; always without a feed."""
        if not self.feed_url:
            return True
        known = self.known_at
        is_whole = self.missing_until < self.clock() - self.leeway - SKEW
        return known is not None and is_whole and self.uptime() - known <= self.silence_after

    def start(self):
        """Starts the threads of this process, if they do not run. `verify` does so at its first use."""
        if self.process == os.getpid():
            return
        with self.lock:
            if self.process == os.getpid():
                return
            for body in filter(None, (self._keep_keys, self.feed_url and self._follow)):
                threading.Thread(target=body, args=(self.ended,), name="ostiary", daemon=True).start()
            self.process = os.getpid()

    def stop(self):
        """Ends the threads of this process, a poll that waits at the server 40 seconds later at the latest."""
        self.ended.set()

    def _after_fork(self):
        # A lock that another thread held is never let go of in the child, and threads are not taken along.
        self.lock, self.fetching = threading.Lock(), threading.Lock()
        self.ended, self.heard = threading.Event(), threading.Event()
        if self.known_at is not None:
            self.heard.set()

    def _judge(self, key, session, subject, issued):
        if not self.heard.is_set() and self.silence == "closed":
            self.heard.wait(self.start_timeout)
        if ("key", key) in self.entries:
            raise Refused("key_revoked")
        if ("session", session) in self.entries:
            raise Refused("session_ended")
        if issued < self.entries.get(("user", subject), (0, 0))[0]:
            raise Refused("user_revoked")
        self._look()
        if not self.was_fresh and self.silence == "closed":
            raise Unavailable("silent")

    def _look(self):
        """Says when a silence begins and ends."""
        is_fresh = self.is_fresh
        if is_fresh != self.was_fresh:
            self.was_fresh = is_fresh
            if is_fresh:
                log.info("feed of revocations is heard")
            else:
                fate = "tokens are refused" if self.silence == "closed" else "ended sessions are accepted"
                log.warning("feed of revocations is silent: %s", fate)

    def _say(self, what, reason=None):
        """Logs a failure once for each reason in a row."""
        if reason and self.said.get(what) != reason:
            log.warning("%s failed: %s", what, reason)
        self.said[what] = reason

    def _payload(self, parts, header, pause=10):
        """The payload of a text, its signature verified by a key of the issuer. An unknown key is fetched `pause` seconds after the
        last fetch."""
        start = self.uptime()
        key = (self.keys or {}).get(header["kid"])
        if key is None:
            # One fetch at a time, and the others find what it brought. Forged key ids must not hold up all threads while the
            # server does not answer.
            if not self.fetching.acquire(timeout=1 if self.keys else self.timeout):
                raise Unavailable("no_keys")
            try:
                if header["kid"] not in (self.keys or {}) and self.uptime() >= min(self.next_fetch, self.ended_at + pause):
                    self._fetch_keys()
            finally:
                self.fetching.release()
            key = (self.keys or {}).get(header["kid"])
        if key is None:
            # A key is published before it signs, so only a token that is younger than the last fetch may be of a new one.
            may_be_new = self.ended_at < start and _claimed_iat(parts[1]) >= self.fetched_at - SKEW
            raise Unavailable("no_keys") if self.keys is None or self.keys_failed or may_be_new else Refused("unknown_key")
        if key[0] != header["alg"]:
            raise Refused("algorithm")
        try:
            _check_signature(*key, _decoded(parts[2]), f"{parts[0]}.{parts[1]}".encode())
        except (InvalidSignature, ValueError):
            raise Refused("signature") from None
        try:
            return _object(_decoded(parts[1]))
        except ValueError:
            raise Refused("malformed") from None

    def _keep_keys(self, ended):
        """Fetches the keys when they are stale; those that are known go on meanwhile."""
        while not ended.is_set():
            if self.uptime() >= self.stale_at:
                with self.fetching:
                    if self.uptime() >= max(self.stale_at, self.next_fetch):
                        self._fetch_keys()
            ended.wait(1)

    def _fetch_keys(self):
        headers = {"Accept": "application/jwk-set+json, application/json", **({"If-None-Match": self.etag} if self.etag else {})}
        failure = None
        try:
            status, fields, body = _get(self.keys_url, headers, self.timeout, 256 << 10)
            if status == 200:
                self.keys, self.etag = _key_set(body, self.algorithms), fields.get("ETag")
            elif status != 304 or not self.etag:
                raise ValueError(f"status {status}")
            age = re.search(r"(?:^|,)\s*max-age=(\d{1,9})\s*(?:,|$)", fields.get("Cache-Control", ""), re.ASCII | re.IGNORECASE)
            self.stale_at = self.uptime() + (min(86400, max(30, int(age[1]))) if age else 300)
        except Exception as error:  # no answer, half of one, or one of something else
            failure = str(error) or type(error).__name__
        self._say("fetch of public keys", failure)
        self.keys_failed, self.ended_at = failure is not None, self.uptime()
        if not failure:
            self.fetched_at = self.clock()
        # Forged key ids cost the issuer one fetch in ten seconds.
        self.next_fetch = self.uptime() + (1 if failure and self.keys is None else 10)

    def _follow(self, ended):
        """Reads the feed. A poll is answered as soon as something is revoked, after 30 seconds at the latest."""
        place = {"cursor": None, "whole": False, "more": True}
        failures = 0
        while not ended.is_set():
            start, cursor = self.uptime(), place["cursor"]
            try:
                page = self._poll(place)
                failures = 0
                self._say("feed of revocations")
                # Beside a long transaction of its database a server may send the same again.
                is_new = page["cursor"] != cursor and (page["sessions"] or page["users"] or page["keys"])
                ended.wait(0 if page["more"] or is_new or self.uptime() - start >= 0.5 else 0.5)
            except Exception as error:  # whatever it is, the feed is silent until the next page
                self._say("feed of revocations", str(error) or type(error).__name__)
                self._look()
                pause = min(10, 0.2 * 2 ** min(failures, 10)) * random.uniform(0.5, 1)
                failures += 1
                ended.wait(max(pause, min(30, getattr(error, "retry_after", 0))))

    def _poll(self, place):
        wait = 0 if place["cursor"] is None or place["more"] else 30
        query = {"wait": wait, "after": place["cursor"], "keys": self.etag, "instance": self.instance}
        query = {name: value for name, value in query.items() if value not in (None, "")}
        url = f"{self.feed_url}?{urllib.parse.urlencode(query)}"
        headers = {"Accept": "application/jwt", "Authorization": f"Basic {self.credentials}"}
        status, fields, body = _get(url, headers, wait + self.timeout, 2 << 20)
        if status == 400 and place["cursor"] is not None:
            place.update(cursor=None, whole=False)  # of another database: the whole list has to be read anew
        if status != 200:
            error = ValueError(f"status {status}")
            after = fields.get("Retry-After", "")
            error.retry_after = int(after) if after.isdecimal() and len(after) < 9 else 0
            raise error
        parts, header = _signed(body.decode("ascii"), "revocations+jwt", self.algorithms)
        if ("key", header["kid"]) in self.entries:
            raise Refused("key_revoked")
        page = _checked_page(self._payload(parts, header, pause=1), self.issuer)
        if not page["complete"] and place["cursor"] is None:
            raise ValueError("a list that does not begin")
        if page["more"] and page["cursor"] == place["cursor"]:
            raise ValueError("a list without an end")
        self._merge(page)
        place.update(cursor=page["cursor"], more=page["more"], whole=place["whole"] or page["complete"])
        if place["whole"] and not page["more"]:
            age = self.clock() - page["iat"]
            known = self.uptime() - (age if age > TRANSIT + SKEW else 0)
            self.known_at = known if self.known_at is None else max(known, self.known_at)
            self.heard.set()
            self._look()
        return page

    def _merge(self, page):
        """What was told before stays until its own end: a page that comes again, late or in another order takes nothing away."""
        told = [(("session", name), ALWAYS, until) for name, until in page["sessions"].items()]
        told += [(("key", name), ALWAYS, until) for name, until in page["keys"].items()]
        told += [(("user", name), before, until) for name, (before, until) in page["users"].items()]
        now = self.clock() - self.leeway - SKEW
        if self.forgotten_at != now // 60:
            self.forgotten_at = now // 60
            self.entries = {name: entry for name, entry in self.entries.items() if entry[1] >= now}
        for name, before, until in told:
            old = self.entries.get(name)
            if old is None and len(self.entries) >= self.maximum_entries:
                self.missing_until = max(self.missing_until, until)
                self._say("room for revocations", f"more than {self.maximum_entries}, which counts as silence")
            else:
                self.entries[name] = (max(before, old[0]), max(until, old[1])) if old else (before, until)


def _claimed_iat(part):
    """The `iat` of a payload that nobody has proven; 0 without one."""
    try:
        return _seconds(_object(_decoded(part)).get("iat")) or 0
    except ValueError:
        return 0


def _signed(text, kind, algorithms):
    """The three parts of a compact JWS and its header. `jku`, `jwk` and `x5u` are not read: the key is the issuer's or none."""
    parts = text.split(".")
    try:
        if len(parts) != 3:
            raise ValueError("a compact JWS has three parts")
        header = _object(_decoded(parts[0]))
        if not all(map(str.isascii, header)):
            raise ValueError("no header of RFC 7515 has such a name")
        _decoded(parts[2])
    except ValueError:
        raise Refused("malformed") from None
    if "crit" in header:
        raise Refused("crit")
    if not isinstance(header.get("alg"), str) or header["alg"] not in algorithms:
        raise Refused("algorithm")
    if (_id(header.get("typ")) or "").lower() not in (kind, f"application/{kind}"):
        raise Refused("type")
    if _id(header.get("kid")) is None:
        raise Refused("unknown_key")
    return parts, header


def _decoded(text):
    """Base64url in its only spelling: no padding, no other characters, no bits that are lost."""
    data = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=") != text.encode():
        raise ValueError("no base64url")
    return data


def _object(data):
    """A JSON object without a member twice, which readers would take differently."""
    def members(pairs):
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a member twice")
        return found

    def refuse(name):
        raise ValueError(f"{name} is no JSON")

    def deep(value, depth):
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        if inner is not None and (depth >= 16 or any(deep(each, depth + 1) for each in inner)):
            return True
        return False

    try:
        value = json.loads(data.decode(), object_pairs_hook=members, parse_constant=refuse)
        if not isinstance(value, dict) or deep(value, 0):
            raise ValueError("no flat object")
        json.dumps(value, ensure_ascii=False).encode()  # refuses lone surrogates
    except RecursionError:
        raise ValueError("too deep") from None
    return value


def _seconds(value):
    """A whole number of seconds since 1970, exact in a double; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 2**53 or value != int(value):
        return None
    return int(value)


def _id(value):
    """A text of 1 to 255 visible characters of ASCII; None for everything else."""
    return value if isinstance(value, str) and re.fullmatch("[!-~]{1,255}", value) else None


def _checked_page(page, issuer):
    """One wrong entry makes the page none: an entry that is passed over would let a token in."""
    cursor = page.get("cursor")
    ends = [page.get("sessions"), page.get("keys")]
    users = page.get("users")
    if page.get("iss") != issuer or _seconds(page.get("iat")) is None or not isinstance(page.get("complete"), bool) \
            or not isinstance(page.get("more"), bool) or not isinstance(cursor, str) or not re.fullmatch("[!-~]{1,4096}", cursor) \
            or not all(isinstance(each, dict) for each in (*ends, users)) \
            or any(_seconds(until) is None for each in ends for until in each.values()) \
            or any(not isinstance(times, list) or len(times) != 2 or None in map(_seconds, times) for times in users.values()):
        raise Refused("claims")
    return page


def _key_set(data, algorithms):
    elements = _object(data).get("keys")
    if not isinstance(elements, list) or len(elements) > 100:
        raise ValueError("no set of keys")
    keys = {}
    for element in elements:
        try:
            algorithm, key = _public_key(element)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue  # a key of another kind is none of ours
        if algorithm in algorithms:
            keys.setdefault(element["kid"], (algorithm, key))
    return keys


def _public_key(jwk):
    """A point that is not on the curve is refused by the library, a short modulus here."""
    def number(name, shortest, longest):
        data = _decoded(jwk[name])
        if not shortest <= len(data) <= longest:
            raise ValueError(name)
        return data

    kind = (jwk["kty"], jwk.get("crv"))
    if kind == ("EC", "P-256"):
        x, y = (int.from_bytes(number(name, 32, 32), "big") for name in "xy")
        algorithm, key = "ES256", ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    elif kind == ("OKP", "Ed25519"):
        algorithm, key = "EdDSA", ed25519.Ed25519PublicKey.from_public_bytes(number("x", 32, 32))
    elif kind == ("RSA", None):
        n, e = number("n", 256, 1024), number("e", 1, 4)
        if not n[0] or not e[0] or len(n) == 256 and n[0] < 128 or not e[-1] & 1 or e == b"\x01":
            raise ValueError("weak")
        algorithm, key = "RS256", rsa.RSAPublicNumbers(int.from_bytes(e, "big"), int.from_bytes(n, "big")).public_key()
    else:
        raise ValueError("another kind")
    if _id(jwk["kid"]) is None or jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) != algorithm \
            or "verify" not in jwk.get("key_ops", ["verify"]):
        raise ValueError("for something else")
    return algorithm, key


def _check_signature(algorithm, key, signature, data):
    if algorithm == "RS256":
        key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    elif len(signature) != 64:
        raise ValueError("another form")
    elif algorithm == "EdDSA":
        key.verify(signature, data)
    else:
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def _get(url, headers, timeout, maximum):
    """Status, headers and bytes of an answer, whole and not too large."""
    end = time.monotonic() + 2 * timeout
    try:
        answer = _opener.open(urllib.request.Request(url, headers=headers), timeout=timeout)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        body = b""
        while True:
            part = answer.read1(65536) if hasattr(answer, "read1") else answer.read(65536)
            body += part
            if len(body) > maximum or time.monotonic() > end:
                raise ValueError("the answer is too large or too slow")
            if not part:
                break
        length = answer.headers.get("Content-Length")
        if length is not None and int(length) != len(body):
            raise ValueError("half an answer")
        return answer.status, answer.headers, body


def _check_address(url, allow_plain_text):
    parts = urllib.parse.urlsplit(url)
    is_local = parts.hostname in ("localhost", "::1") or re.fullmatch(r"127(\.\d{1,3}){3}", parts.hostname or "", re.ASCII)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("an address is like https://id.example.com")
    if parts.scheme == "http" and not is_local and not allow_plain_text:
        raise ValueError("by http:// anybody on the way to another machine could forge tokens: take https, or set allow_plain_text")


# Django and Django REST framework: OSTIARY in the settings has the arguments of Verifier.

@functools.lru_cache(maxsize=None)
def shared():
    """The verifier of the settings."""
    from django.conf import settings
    return Verifier(**settings.OSTIARY)


def bearer(header):
    """The token of an `Authorization` header; None without one and for another scheme. Raises `Refused`."""
    words = (header or "").split()
    if not words or words[0].lower() != "bearer":
        return None
    if len(words) != 2:
        raise Refused("malformed")
    return words[1]


def challenge(error=None):
    """The value of `WWW-Authenticate` (RFC 6750)."""
    return f'Bearer error="invalid_token", error_description="{error.reason}"' if error else "Bearer"


class Middleware:
    """For Django: `request.ostiary` has the claims, None without a token; a wrong token is answered 401, a silent feed 503."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        from django.http import JsonResponse
        try:
            token = bearer(request.META.get("HTTP_AUTHORIZATION"))
            request.ostiary = shared().verify(token) if token else None
        except Refused as error:
            return JsonResponse({"error": "invalid_token"}, status=401, headers={"WWW-Authenticate": challenge(error)})
        except Unavailable:
            return JsonResponse({"error": "temporarily_unavailable"}, status=503, headers={"Retry-After": "5"})
        return self.get_response(request)


def required(view):
    """For views of Django that need a token."""
    @functools.wraps(view)
    def wrapper(request, *arguments, **named):
        from django.http import JsonResponse
        if getattr(request, "ostiary", None) is None:
            return JsonResponse({"error": "a token is needed"}, status=401, headers={"WWW-Authenticate": challenge()})
        return view(request, *arguments, **named)
    return wrapper


class Caller:
    """The user of a request where there is no table of users."""

    is_authenticated, is_active, is_anonymous, is_staff, is_superuser = True, True, False, False, False

    def __init__(self, claims):
        self.claims, self.pk, self.id = claims, claims["sub"], claims["sub"]

    def __str__(self):
        return self.pk


class Authentication:
    """For `DEFAULT_AUTHENTICATION_CLASSES` of Django REST framework: `request.auth` has the claims, and `request.user` is what
    `user` makes of them."""

    def user(self, claims):
        return Caller(claims)

    def authenticate(self, request):
        from rest_framework import exceptions
        try:
            token = bearer(request.META.get("HTTP_AUTHORIZATION"))
            if token is None:
                return None
            claims = shared().verify(token)
        except Refused as error:
            request.ostiary_error = error
            raise exceptions.AuthenticationFailed(str(error), error.reason) from None
        except Unavailable as error:
            answer = exceptions.APIException(str(error), error.reason)
            answer.status_code, answer.wait = 503, 5
            raise answer from None
        return self.user(claims), claims

    def authenticate_header(self, request):
        return challenge(getattr(request, "ostiary_error", None))
