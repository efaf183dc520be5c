"""The archive for machines without a package manager that knows the Debian package."""
import pathlib

import texts
from archive import Files, compress
from release import ROOT


def write(release, folder, stripped, manual, packages):
    name = f"ostiary-{release.version}-linux-{release.architecture}"
    content = Files()
    content.copy("bin/ostiary", stripped, 0o755)
    content.text("install.sh", texts.file("tarball/install.sh"), 0o755)
    content.text("etc/ostiary.json", texts.configuration(release))
    content.text("lib/systemd/system/ostiary.service", texts.file("systemd/ostiary.service"))
    for page in ("ostiary.1", "ostiary.json.5"):
        content.text(f"share/man/man{page[-1]}/{page}", (manual / page).read_text())
    for place, script in texts.completions(release, zsh="site-functions"):
        content.text(f"share/{place}", script)
    content.copy("share/doc/ostiary/LICENSE", ROOT / "LICENSE")
    content.copy("share/doc/ostiary/NOTICE", ROOT / "NOTICE")
    content.text("share/doc/ostiary/copyright", texts.copyright(packages, "the file LICENSE beside this one"))
    content.text("share/doc/ostiary/CHANGELOG.md", texts.news())
    target = pathlib.Path(folder) / f"{name}.tar.gz"
    target.write_bytes(compress(content.tar(release.epoch, f"{name}/"), 6))
    return target


def write_symbols(release, folder, symbols):
    """The debug symbols, where debuggers look for them by the build id."""
    identity = release.build_id(symbols)
    content = Files()
    content.copy(f"usr/lib/debug/.build-id/{identity[:2]}/{identity[2:]}.debug", symbols)
    target = pathlib.Path(folder) / f"ostiary-{release.version}-linux-{release.architecture}-debug.tar.gz"
    target.write_bytes(compress(content.tar(release.epoch), 3))
    return target
