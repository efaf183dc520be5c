"""Compares the configuration of an image with the files for engines. Prints each difference.

usage: image.py CONFIGURATION CONTAINERFILE COMPOSE
"""
import json
import pathlib
import re
import shlex
import sys

import yaml

whole = json.loads(pathlib.Path(sys.argv[1]).read_text())
config = whole["config"]
joined = pathlib.Path(sys.argv[2]).read_text().replace("\\\n", " ")
lines = [line.split(" ", 1) for line in joined.splitlines() if line and not line.startswith("#")]
found = []


def same(name, one, other):
    if one != other:
        found.append(f"{name}: {one!r} and {other!r}")


def directive(name):
    return [rest.strip() for word, rest in lines if word == name]


same("user", config["User"], "65532:65532")
same("labels", {key.split(".")[-1] for key in config["Labels"]},
     {"title", "description", "version", "revision", "created", "licenses"})
same("USER", directive("USER"), [config["User"]])
same("ENV", directive("ENV"), [pair for pair in config["Env"] if not pair.startswith("PATH=")])
same("VOLUME", directive("VOLUME"), list(config["Volumes"]))
same("EXPOSE", directive("EXPOSE"), list(config["ExposedPorts"]))
same("WORKDIR", directive("WORKDIR"), [config["WorkingDir"]])
same("STOPSIGNAL", directive("STOPSIGNAL"), [config["StopSignal"]])
same("ENTRYPOINT", json.loads(directive("ENTRYPOINT")[0]), config["Entrypoint"])
same("CMD", json.loads(directive("CMD")[0]), config["Cmd"])
flags, command = directive("HEALTHCHECK")[0].split(" CMD ")
health = config["Healthcheck"]
same("HEALTHCHECK", ["CMD", *json.loads(command)], health["Test"])
given = dict(flag.removeprefix("--").split("=") for flag in shlex.split(flags))
same("HEALTHCHECK", given, {
    "interval": f"{health['Interval'] // 10**9}s", "timeout": f"{health['Timeout'] // 10**9}s",
    "start-period": f"{health['StartPeriod'] // 10**9}s", "retries": str(health["Retries"])})

text = pathlib.Path(sys.argv[3]).read_text()
compose = yaml.safe_load(text)
service = compose["services"]["ostiary"]
same("services", list(compose["services"]), ["ostiary"])
version = config["Labels"]["org.opencontainers.image.version"].split("+")[0]
same("image", service["image"], f"ostiary:{version}")
same("volumes", service["volumes"], [f"{name}:{path}" for name, path in zip(compose["volumes"], config["Volumes"])])
same("ports", [port.split(":")[-1] + "/tcp" for port in service["ports"]], list(config["ExposedPorts"]))
same("published ports", [port.split(":")[0] for port in service["ports"]], ["127.0.0.1"])
same("read_only", service["read_only"], True)
if re.search(r"(?i)(password|secret|key)\w*\s*[:=]\s*\S", re.sub(r"#.*", "", text)):
    found.append("the compose file has a secret")
sys.exit("\n".join(found) or 0)
