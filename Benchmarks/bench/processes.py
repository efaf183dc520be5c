"""Programs that the benchmark starts, watches and stops: always by process, never by name."""
import http.client
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

CLOCK = os.sysconf("SC_CLK_TCK")
PASSWORD = "correct horse 7 battery"
JSON = {"Content-Type": "application/json"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A child that listens on loopback."""

    def __init__(self, name, arguments, port, path, environment=None):
        self.name, self.port = name, port
        self.arguments, self.environment, self.path = arguments, environment, path
        self.output = tempfile.TemporaryFile()
        self.start()

    def start(self):
        """Starts the process and waits for its first answer; the seconds until then."""
        begin = time.perf_counter()
        self.child = subprocess.Popen(
            self.arguments, env=self.environment, stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output
        )
        while time.perf_counter() - begin < 60:
            if self.child.poll() is not None:
                break
            try:
                status, _ = request(self.port, "GET", self.path, timeout=5)
                if status < 500:
                    return time.perf_counter() - begin
            except OSError:
                time.sleep(0.0005)
        self.output.seek(0)
        raise SystemExit(f"{self.name} does not start: {self.output.read()[-2000:].decode(errors='replace')}")

    def stop(self):
        self.child.terminate()
        try:
            self.child.wait(30)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def processes(self):
        """The process and its children, as gunicorn has them."""
        found = [self.child.pid]
        for pid in found:
            for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return found

    def cpu(self):
        """Seconds of processor time so far."""
        total = 0
        for pid in self.processes():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / CLOCK

    def memory(self):
        """Resident memory, and that of it which no file backs, in MiB."""
        resident = private = 0
        for pid in self.processes():
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, _, value = line.partition(":")
                if name == "Rss":
                    resident += int(value.split()[0])
                if name == "Anonymous":
                    private += int(value.split()[0])
        return resident / 1024, private / 1024


class Cluster:
    """A cluster of PostgreSQL of the benchmark's own on a unix socket, with the settings that a new one has."""

    def __init__(self, folder):
        self.folder = f"{folder}/cluster"
        versions = pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")
        programs = max(versions, key=lambda path: int(path.parts[-3]), default=None)
        if programs is None:
            raise SystemExit("PostgreSQL is not installed: apt-get install postgresql")
        self.programs = programs.parent
        os.mkdir(self.folder)
        # PostgreSQL refuses to run as root.
        runner = []
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            os.chmod(folder, 0o711)
            runner = ["setpriv", "--reuid", "postgres", "--clear-groups", "--"]
        subprocess.run([*runner, f"{self.programs}/initdb", "-D", f"{self.folder}/data", "-U", "ostiary", "-A", "trust",
                        "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.child = subprocess.Popen(
            [*runner, f"{self.programs}/postgres", "-D", f"{self.folder}/data", "-k", self.folder, "-c", "listen_addresses=",
             "-c", "max_wal_size=4GB"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        for _ in range(300):
            if subprocess.run([f"{self.programs}/pg_isready", "-h", self.folder, "-q"]).returncode == 0:
                break
            time.sleep(0.1)

    def url(self, database="postgres"):
        return f"postgres://ostiary@/{database}?host={self.folder}&port=5432"

    def run(self, statement, database="postgres"):
        done = subprocess.run(
            [f"{self.programs}/psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "ostiary", "-d",
             database, "-c", statement], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"psql failed: {done.stderr[-1000:]}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def close(self):
        self.child.send_signal(signal.SIGINT)
        self.child.wait(60)


def request(port, method, path, body=None, headers=None, timeout=30):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def ostiary(name, binary, data, *arguments):
    """The server with throttling off, on a data directory of its own."""
    port = free_port()
    return Server(
        name,
        [binary, "serve", "--port", str(port), "--data-dir", data, "--log-level", "warning", "--throttling", "off",
         *arguments],
        port, "/healthz",
    )


def session(server, email):
    """The tokens of a new session; the account is made where it is missing."""
    body = json.dumps({"email": email, "password": PASSWORD})
    request(server.port, "POST", "/api/register/", body, JSON)
    for _ in range(200):
        status, data = request(server.port, "POST", "/api/login/", body, JSON)
        if status == 200:
            return json.loads(data)
        time.sleep(0.05)
    raise SystemExit(f"cannot log in: {status} {data[:200]}")


def run(*arguments, environment=None):
    """The output of a command that has to succeed."""
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{arguments[0]} failed: {done.stdout[-1000:]}{done.stderr[-2000:]}")
    return done.stdout


def required(name, package):
    path = shutil.which(name)
    if path is None:
        raise SystemExit(f"{name} is not installed: apt-get install {package}")
    return path
