"""Makes all packages from the release build. See docs/operating/packages.md.

usage: main.py [--binary FILE] [--output FOLDER] [--version VERSION] [--only deb]
       main.py --compare LIST... [--binary FILE] [--resolved FILE]
"""
import argparse
import hashlib
import pathlib
import sys
import tempfile

import deb
import image
import linked
import manual
import sbom
import tarball
from release import ROOT, Release


def arguments():
    parser = argparse.ArgumentParser(description="Makes packages of a release build.")
    parser.add_argument("--binary", default=str(ROOT / ".build/release/ostiary"))
    parser.add_argument("--output", default=str(ROOT / "dist"))
    parser.add_argument("--version", help="another version than the binary's, to try upgrades")
    parser.add_argument("--only", choices=["deb"], help="nothing but the Debian package, quickly and larger")
    parser.add_argument("--resolved", default=str(ROOT / "Package.resolved"), help="the resolved graph of packages")
    parser.add_argument("--compare", nargs="+", help="lists of parts to compare with the binary; nothing is written")
    return parser.parse_args()


def main():
    options = arguments()
    release = Release(options.binary, options.version)
    objects = release.binary.parent / "ostiary.product/Objects.LinkFileList"
    pins = linked.resolved(options.resolved)
    if options.compare:
        lines = sbom.compare(release, options.compare, objects, pins)
        sys.exit("\n".join(lines) or 0)
    packages, shared = linked.linked(objects, pins), linked.libraries(release.binary)
    output = pathlib.Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        draft = pathlib.Path(folder)
        stripped, symbols = release.split(draft)
        manual.write(release, draft)
        if options.only:
            return print(deb.write(release, output, stripped, draft, packages, compression=0))
        made = [deb.write(release, output, stripped, draft, packages),
                tarball.write(release, output, stripped, draft, packages),
                tarball.write_symbols(release, output, symbols),
                image.write(release, output, stripped, packages, shared),
                *sbom.write(release, output, stripped, packages, shared)]
    sums = output / "SHA256SUMS"
    sums.write_text("".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(made)))
    for path in [*made, sums]:
        print(f"{path.stat().st_size / 1e6:7.2f} MB  {path}")


if __name__ == "__main__":
    main()
