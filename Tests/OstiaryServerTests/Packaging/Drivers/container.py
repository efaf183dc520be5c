"""Becomes the process of an unpacked image: on its files, which cannot be written, with /proc, a volume, and its user.

usage: unshare --mount --pid --net --fork container.py BUNDLE VOLUME; the bundle is one of the OCI runtime specification
"""
import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


bundle, volume = sys.argv[1:]
with open(f"{bundle}/config.json") as file:
    process = json.load(file)["process"]
root = f"{bundle}/rootfs"
mount("--make-rprivate", "/")
mount("--bind", root, root)
mount("--bind", volume, f"{root}/data")
mount("-t", "proc", "proc", f"{root}/proc")
mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", f"{root}/tmp")
mount("-o", "remount,bind,ro", root)
# The loopback interface of a new network is down.
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anything:
    request = struct.pack("16sh14x", b"lo", 1)
    fcntl.ioctl(anything, 0x8914, request)
os.chroot(root)
os.chdir(process["cwd"])
os.setgroups([])
os.setgid(process["user"]["gid"])
os.setuid(process["user"]["uid"])
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)  # no new privileges
os.execve(process["args"][0], process["args"], dict(pair.split("=", 1) for pair in process["env"]))
