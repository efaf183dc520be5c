"""Stands for `docker` in the commands of the documentation: reads an archive and runs its image in namespaces.

usage: engine.py load --input FILE | run --detach --name NAME --publish … --volume … [--read-only] [--tmpfs /tmp] IMAGE
The folder is $ENGINE; the id of the container's process is in its file "pid".
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import time

folder = pathlib.Path(os.environ["ENGINE"])


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def load(file):
    (folder / "images").mkdir()
    with tarfile.open(file) as archive:
        tag = json.load(archive.extractfile("manifest.json"))[0]["RepoTags"][0]
    name, version = tag.split(":")
    run("skopeo", "copy", "--quiet", f"docker-archive:{file}:{tag}", f"oci:{folder}/images/{name}:{version}")
    print(f"Loaded image: {tag}")


def start(arguments):
    parser = argparse.ArgumentParser()
    for flag in ("--detach", "--read-only"):
        parser.add_argument(flag, action="store_true", required=True)
    for flag in ("--name", "--publish", "--volume", "--tmpfs"):
        parser.add_argument(flag, required=True)
    parser.add_argument("image")
    options = parser.parse_args(arguments)
    if options.publish != "127.0.0.1:8000:8000" or options.tmpfs != "/tmp" or not options.volume.endswith(":/data"):
        raise SystemExit(f"not done here: {options}")
    bundle, volume = folder / "containers" / options.name, folder / "volumes" / options.volume.split(":")[0]
    for place in (bundle, volume):
        place.parent.mkdir()
    run("umoci", "unpack", "--image", f"{folder}/images/{options.image}", bundle)
    # An engine makes a new volume of the folder that the image has there.
    run("cp", "-a", bundle / "rootfs/data", volume)
    here = pathlib.Path(__file__).parent
    with open(folder / "log", "w") as log:
        child = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child=KILL", sys.executable,
             here / "container.py", bundle, volume],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    (folder / "parent").write_text(str(child.pid))
    for _ in range(300):
        found = pathlib.Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
        if found and pathlib.Path(f"/proc/{found[0]}/comm").read_text() == "ostiary\n":
            (folder / "pid").write_text(found[0])
            return
        time.sleep(0.1)
    raise SystemExit((folder / "log").read_text())


if sys.argv[1] == "load":
    load(sys.argv[3])
else:
    start(sys.argv[2:])
