"""The licences of everything in the binary, and the changelog, as texts."""
import email.utils
import pathlib
import re
import textwrap

from release import ROOT

MAINTAINER = "Ostiary maintainers <maintainers@ostiary.invalid>"
LINE = "-" * 79


def copyright(packages, apache="/usr/share/common-licenses/Apache-2.0"):
    """The licences of Ostiary and of each linked package.

    apache: where the text of the Apache License, Version 2.0 stands beside this one."""
    django = (ROOT / "LICENSES/Django.txt").read_text().strip()
    exception = next(p.text for p in packages if "Swift-exception" in p.licence)
    exception = textwrap.dedent(exception[exception.index("    As an exception"):]).strip()
    parts = [
        "Ostiary\nCopyright 2026 the Ostiary authors\n\nLicensed under the Apache License, Version 2.0.",
        f"The text of the Apache License, Version 2.0 is in {apache}.",
        "Ostiary contains texts and a list of common passwords from Django:\n\n" + django,
        "The program contains the Swift standard library, Foundation and Dispatch of the Swift project\n"
        "(https://www.swift.org/), Copyright Apple Inc. and the Swift project authors, under the Apache License,\n"
        "Version 2.0, with the Runtime Library Exception:\n\n" + exception,
    ]
    for package in packages:
        text = f"The program contains {package.name} {package.version}\n({package.location}), under {named(package.licence)}."
        if package.licence == "MIT":
            text += "\n\n" + package.text.strip()
        if package.notice:
            text += "\n\n" + package.notice.strip()
        for name, licence, its in package.bundled:
            text += f"\n\n{package.name} contains {name}, under {named(licence)}."
            text += "\n\n" + its.strip() if its else ""
        parts.append(text)
    plain = f"\n\n{LINE}\n\n".join(parts) + "\n"
    return re.sub(r"[ \t]+$", "", plain, flags=re.MULTILINE)


def named(licence):
    names = {
        "Apache-2.0": "the Apache License, Version 2.0",
        "Apache-2.0 WITH Swift-exception": "the Apache License, Version 2.0, with the Runtime Library Exception",
        "MIT": "the MIT licence", "BSD-3-Clause": "the BSD licence of three clauses", "CC0-1.0": "CC0 1.0",
    }
    return names[licence]


def changelog(release):
    """The changelog of the Debian package: what is new stands in that of the program."""
    date = email.utils.formatdate(release.epoch)
    return (f"ostiary ({release.debian_version}) stable; urgency=medium\n\n"
            f"  * Ostiary {release.version}, commit {release.commit[:12]}; the file changelog.gz tells what is new.\n\n"
            f" -- {MAINTAINER}  {date}\n")


def news():
    return (ROOT / "CHANGELOG.md").read_text()


SHELLS = [("bash", "bash-completion/completions/ostiary"), ("zsh", "zsh/{zsh}/_ostiary"),
          ("fish", "fish/vendor_completions.d/ostiary.fish")]


def completions(release, zsh):
    """The scripts for shells, each with its place; shells read them, so none names an interpreter."""
    for shell, place in SHELLS:
        yield place.format(zsh=zsh), re.sub(r"^#!.*\n", "", release.print("completions", shell))


def configuration(release):
    """A configuration in which nothing is set but the place of the data, where commands look, too."""
    sample = release.print("config", "sample")
    unset = '"//data-dir": "./data"'
    if unset not in sample:
        raise SystemExit("The sample of a configuration has no data-dir.")
    return sample.replace(unset, '"data-dir": "/var/lib/ostiary"')


def file(path):
    return (ROOT / "Packaging" / pathlib.Path(path)).read_text()
