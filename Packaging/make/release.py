"""The binary that is packed, and the facts that it tells of itself."""
import json
import os
import pathlib
import shutil
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def required(program, package):
    """The path of a program; the package that has it if there is none."""
    found = shutil.which(program)
    if not found:
        raise SystemExit(f"{program} is missing: apt-get install {package}")
    return found


def run(*command, **options):
    """Standard output of a command; its errors end the program."""
    result = subprocess.run(command, capture_output=True, text=True, **options)
    if result.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


class Release:
    """A binary, its version, and the time to which everything in a package is dated."""

    name = "ostiary"
    architecture = "amd64"

    def __init__(self, binary, version=None, is_dated=True):
        """
        version: another version than the binary's own, to try upgrades.
        is_dated: False for a binary that does not know its commit, for pages that are only looked at.
        """
        self.binary = pathlib.Path(binary).resolve()
        facts = json.loads(self.print("version", "--json"))
        if not is_dated:
            facts |= {"source_date_epoch": facts["source_date_epoch"] or 0, "commit": facts["commit"] or "unknown"}
        if facts["source_date_epoch"] is None:
            raise SystemExit(f"{binary} does not know its commit: build it by make release.")
        self.epoch, self.commit = facts["source_date_epoch"], facts["commit"]
        self.libraries = {name: facts[name] for name in ("sqlite", "libpq", "libsodium")}
        self.swift = facts["swift"]
        self.version = version or facts["version"] + ("+dirty" if self.commit.endswith("+dirty") else "")
        if self.epoch > time.time():
            raise SystemExit(f"The clock stands before the commit of {binary}: set it, or its files lie in the future.")

    @property
    def debian_version(self):
        """In the order of Debian a version before a release has a tilde (deb-version(7))."""
        return self.version.replace("-", "~") + "-1"

    @property
    def time(self):
        return time.gmtime(self.epoch)

    def print(self, *arguments):
        """Standard output of the binary, which finds no configuration in the environment."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("OSTIARY_")}
        return run(str(self.binary), *arguments, env=environment)

    def build_id(self, binary=None):
        """The build id, by which debuggers find the symbols."""
        for line in run(required("readelf", "binutils"), "--notes", str(binary or self.binary)).splitlines():
            if "Build ID:" in line:
                return line.split()[-1]
        raise SystemExit(f"{self.binary} has no build id: build it by make release.")

    def split(self, folder):
        """Writes the stripped binary and its debug symbols. Returns both paths."""
        stripped, symbols = pathlib.Path(folder) / "ostiary", pathlib.Path(folder) / "ostiary.debug"
        objcopy = required("objcopy", "binutils")
        run(objcopy, "--only-keep-debug", str(self.binary), str(symbols))
        run(objcopy, "--strip-all", "--remove-section=.comment", str(self.binary), str(stripped))
        if self.build_id(stripped) != self.build_id(symbols):
            raise SystemExit("The stripped binary has lost its build id.")
        stripped.chmod(0o755)
        return stripped, symbols
