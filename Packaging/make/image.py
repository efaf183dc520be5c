"""The container image: an archive that is an OCI layout and what `docker load` reads, in one."""
import hashlib
import json
import pathlib
import time

import texts
from archive import Files, compress
from release import ROOT

USER = 65532
TYPES = "application/vnd.oci.image"


def files(release, stripped, packages, libraries):
    """What the image holds: the program, what it loads, and certificates of authorities."""
    found = Files()
    found.copy("usr/bin/ostiary", stripped, 0o755)
    for library in libraries:
        # The loader is named by its absolute path in the program; all others are looked for in its directories.
        place = library.name if library.name.startswith("/") else f"/usr/lib/x86_64-linux-gnu/{library.name}"
        found.copy(place.lstrip("/"), library.path, 0o755)
        found.copy(f"usr/share/doc/{library.package}/copyright", library.copyright.resolve())
    found.copy("usr/share/common-licenses/Apache-2.0", ROOT / "LICENSE")
    for name in {"Artistic", "BSD", "GPL-1", "GPL-2", "GPL-3", "LGPL-2", "LGPL-2.1", "LGPL-3", "GFDL-1.3", "MPL-2.0"}:
        found.copy(f"usr/share/common-licenses/{name}", f"/usr/share/common-licenses/{name}")
    found.copy("usr/share/doc/ostiary/LICENSE", ROOT / "LICENSE")
    found.copy("usr/share/doc/ostiary/NOTICE", ROOT / "NOTICE")
    found.text("usr/share/doc/ostiary/copyright", texts.copyright(packages))
    found.copy("etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/ca-certificates.crt")
    found.text("etc/passwd", f"ostiary:x:{USER}:{USER}::/data:/nonexistent\n")
    found.text("etc/group", f"ostiary:x:{USER}:\n")
    found.text("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")
    found.folder("data", 0o700, USER)
    for folder in ("proc", "sys", "dev"):
        found.folder(folder)
    found.folder("tmp", 0o1777)
    return found


def configuration(release):
    """What a container is started with (Image Specification 1.1, and Docker's health check)."""
    seconds = 1_000_000_000
    return {
        "User": f"{USER}:{USER}",
        "ExposedPorts": {"8000/tcp": {}},
        "Env": ["PATH=/usr/bin", "OSTIARY_HOST=0.0.0.0", "OSTIARY_DATA_DIR=/data", "SWIFT_BACKTRACE=enable=no"],
        "Entrypoint": ["/usr/bin/ostiary"],
        "Cmd": ["serve"],
        "Volumes": {"/data": {}},
        "WorkingDir": "/data",
        "StopSignal": "SIGTERM",
        "Healthcheck": {"Test": ["CMD", "/usr/bin/ostiary", "check", "--ready"], "Interval": 30 * seconds,
                        "Timeout": 15 * seconds, "StartPeriod": 30 * seconds, "Retries": 3},
        "Labels": labels(release),
    }


def labels(release):
    return {
        "org.opencontainers.image.title": "ostiary",
        "org.opencontainers.image.description": "Authentication server",
        "org.opencontainers.image.version": release.version,
        "org.opencontainers.image.revision": release.commit,
        "org.opencontainers.image.created": created(release),
        "org.opencontainers.image.licenses": "Apache-2.0",
    }


def created(release):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", release.time)


def write(release, folder, stripped, packages, libraries):
    """Writes the archive into a folder. Returns its path."""
    layout = Files()

    def blob(data, kind):
        digest = hashlib.sha256(data).hexdigest()
        layout.data(f"blobs/sha256/{digest}", data)
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data)}

    def json_blob(value, kind):
        return blob(json.dumps(value, sort_keys=True, separators=(",", ":")).encode(), kind)

    plain = files(release, stripped, packages, libraries).tar(release.epoch)
    layer = blob(compress(plain), f"{TYPES}.layer.v1.tar+gzip")
    config = json_blob({
        "architecture": release.architecture, "os": "linux", "created": created(release),
        "config": configuration(release),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(plain).hexdigest()}"]},
        "history": [{"created": created(release), "created_by": "make package"}],
    }, f"{TYPES}.config.v1+json")
    manifest = json_blob({
        "schemaVersion": 2, "mediaType": f"{TYPES}.manifest.v1+json", "config": config, "layers": [layer],
        "annotations": labels(release),
    }, f"{TYPES}.manifest.v1+json")
    tag = release.version.replace("+", "-")
    manifest["annotations"] = {
        "org.opencontainers.image.ref.name": tag, "io.containerd.image.name": f"docker.io/library/ostiary:{tag}",
    }
    layout.text("oci-layout", '{"imageLayoutVersion":"1.0.0"}')
    layout.text("index.json", json.dumps({
        "schemaVersion": 2, "mediaType": f"{TYPES}.index.v1+json", "manifests": [manifest]}, sort_keys=True))
    # The list that `docker load` reads.
    layout.text("manifest.json", json.dumps([{
        "Config": path(config), "RepoTags": [f"ostiary:{tag}"], "Layers": [path(layer)]}], sort_keys=True))
    target = pathlib.Path(folder) / f"ostiary-{release.version}-linux-{release.architecture}-image.tar"
    target.write_bytes(layout.tar(release.epoch))
    return target


def path(descriptor):
    return "blobs/" + descriptor["digest"].replace(":", "/")
