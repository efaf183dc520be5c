"""The Debian package."""
import hashlib
import os
import pathlib
import tempfile

import texts
from archive import Files
from release import required, run

ABOUT = """\
Description: authentication server
 Ostiary is an authentication server in one program: people register, log in,
 stay logged in by rotating refresh tokens, log out, and own their profile.
 Its data are in SQLite or PostgreSQL; settings and limits can be shared by
 Redis.
 .
 The service listens on the loopback address until its configuration says
 otherwise, and runs in a sandbox as a user of its own.
"""


def files(release, stripped, manual, packages):
    """What the package installs."""
    found = Files()
    found.copy("usr/bin/ostiary", stripped, 0o755)
    found.text("lib/systemd/system/ostiary.service", texts.file("systemd/ostiary.service"))
    found.text("etc/ostiary/ostiary.json", texts.configuration(release))
    for page in ("ostiary.1", "ostiary.json.5"):
        found.compressed(f"usr/share/man/man{page[-1]}/{page}.gz", (manual / page).read_text())
    for place, script in texts.completions(release, zsh="vendor-completions"):
        found.text(f"usr/share/{place}", script)
    found.text("usr/share/doc/ostiary/copyright", texts.copyright(packages))
    found.compressed("usr/share/doc/ostiary/changelog.Debian.gz", texts.changelog(release))
    found.compressed("usr/share/doc/ostiary/changelog.gz", texts.news())
    found.copy("usr/share/lintian/overrides/ostiary", pathlib.Path(texts.__file__).parent.parent / "debian/overrides")
    return found


def dependencies(binary):
    """The libraries of the binary, each in the oldest version that has what it uses."""
    with tempfile.TemporaryDirectory() as folder:
        control = pathlib.Path(folder) / "debian/control"
        control.parent.mkdir()
        control.write_text("Source: ostiary\n\nPackage: ostiary\nArchitecture: any\n")
        said = run(required("dpkg-shlibdeps", "dpkg-dev"), "-O", "-e", str(binary), cwd=folder)
    return said.strip().removeprefix("shlibs:Depends=")


def control(release, content, binary):
    size = sum(max(len(entry[3]), 1) if entry[0] == "file" else 1024 for entry in content.entries.values())
    return (f"Package: ostiary\nVersion: {release.debian_version}\nArchitecture: {release.architecture}\n"
            f"Maintainer: {texts.MAINTAINER}\nInstalled-Size: {(size + 1023) // 1024}\n"
            f"Depends: {dependencies(binary)}, debconf (>= 0.5) | debconf-2.0\n"
            "Recommends: ca-certificates\nSuggests: postgresql, redis-server\n"
            f"Section: net\nPriority: optional\n{ABOUT}")


def write(release, folder, stripped, manual, packages, compression=6):
    """Writes the package into a folder. Returns its path."""
    content = files(release, stripped, manual, packages)
    sums = "".join(f"{hashlib.md5(entry[3]).hexdigest()}  {path}\n" for path, entry in sorted(content.entries.items())
                   if entry[0] == "file" and not path.startswith("etc/"))
    content.text("DEBIAN/control", control(release, content, stripped))
    content.text("DEBIAN/md5sums", sums)
    content.text("DEBIAN/conffiles", "/etc/ostiary/ostiary.json\n")
    content.text("DEBIAN/templates", texts.file("debian/templates"))
    for script in ("config", "postinst", "prerm", "postrm"):
        content.text(f"DEBIAN/{script}", texts.file(f"debian/{script}"), 0o755)
    target = pathlib.Path(folder) / f"ostiary_{release.debian_version}_{release.architecture}.deb"
    with tempfile.TemporaryDirectory() as root:
        for path, (kind, mode, _, data) in sorted(content.entries.items()):
            place = pathlib.Path(root) / path
            if kind == "folder":
                place.mkdir(parents=True, exist_ok=True)
            else:
                place.write_bytes(data)
            place.chmod(mode)
        pathlib.Path(root).chmod(0o755)
        for path in (*content.entries, "."):
            os.utime(pathlib.Path(root) / path, (release.epoch, release.epoch))
        # With several threads the bytes depend on their number.
        run(required("dpkg-deb", "dpkg"), "--root-owner-group", "--threads-max=1", "-Zxz", f"-z{compression}",
            "--build", root, str(target), env=os.environ | {"SOURCE_DATE_EPOCH": str(release.epoch)})
    return target
