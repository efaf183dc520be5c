"""Closed-loop load by wrk: as many connections as told, each with one request under way."""
import json
import re
import subprocess
import tempfile

from processes import required

# Tokens go round: whichever connection is free takes one, and puts back what it got for it.
LUA = """
local tokens = { %(tokens)s }
local head, tail = 1, #tokens
local unexpected = 0
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() answered, refused = 0, 0 end
function request()
  if head > tail then return wrk.format("GET", "/healthz") end
  local token = tokens[head]
  tokens[head] = nil
  head = head + 1
  return wrk.format("POST", "/api/refresh/", { ["Content-Type"] = "application/json" }, '{"refresh_token":"' .. token .. '"}')
end
function response(status, headers, body)
  local token = string.match(body, '"refresh_token":"([^"]+)"')
  if token then
    answered = answered + 1
    tail = tail + 1
    tokens[tail] = token
  else
    refused = refused + 1
  end
end
function done(summary, latency, requests)
  local answered, refused = 0, 0
  for _, thread in ipairs(threads) do
    answered = answered + thread:get("answered")
    refused = refused + thread:get("refused")
  end
  io.write(string.format("ANSWERED %%d REFUSED %%d\\n", answered, refused))
end
"""

FIXED = """
wrk.method = %(method)s
wrk.body = %(body)s
%(headers)s
"""

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


class Load:
    """What wrk measured; times in milliseconds."""

    def __init__(self, text, seconds, cpu):
        def milliseconds(label):
            found = re.search(rf"^\s+{label}%\s+([0-9.]+)(us|ms|s|m) *$", text, re.M)
            return float(found[1]) * UNITS[found[2]] if found else None

        counts = re.search(r"ANSWERED (\d+) REFUSED (\d+)", text)
        total = int(re.search(r"(\d+) requests in", text)[1])
        failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        self.refused = int(counts[2]) if counts else int(failed[1]) if failed else 0
        self.answered = int(counts[1]) if counts else total - self.refused
        self.rate = self.answered / seconds
        self.median, self.tail = milliseconds(50), milliseconds(99)
        self.cpu = cpu * 1e6 / total if total else None

    def table(self):
        return {
            "rate": round(self.rate, 1), "p50_ms": self.median, "p99_ms": self.tail,
            "cpu_us": None if self.cpu is None else round(self.cpu, 1), "refused": self.refused,
        }


def lua(text):
    return "nil" if text is None else json.dumps(text)


def begin(port, path, connections, seconds, script):
    """Starts wrk; its process and the script that it reads."""
    file = tempfile.NamedTemporaryFile("w", suffix=".lua")
    file.write(script)
    file.flush()
    child = subprocess.Popen(
        [required("wrk", "wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s",
         "-s", file.name, f"http://127.0.0.1:{port}{path}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    return child, file


def measure(server, path, connections, seconds, script):
    before = server.cpu()
    child, _ = begin(server.port, path, connections, seconds, script)
    text, _ = child.communicate()
    if child.returncode != 0 or "requests in" not in text:
        raise SystemExit(f"wrk: {text}")
    return Load(text, seconds, server.cpu() - before)


def fixed(method, body=None, **headers):
    """The same request every time."""
    lines = "\n".join(f"wrk.headers[{lua(name.replace('_', '-'))}] = {lua(value)}" for name, value in headers.items())
    return FIXED % {"method": lua(method), "body": lua(body), "headers": lines}


def refreshing(tokens):
    return LUA % {"tokens": ",".join(lua(token) for token in tokens)}
