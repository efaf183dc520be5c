"""The packages that a release build has linked, with versions and licences."""
import json
import pathlib
import re

from release import ROOT, required, run

# Sources of others within packages: module, name, licence, and the file with their notice; None where that of the
# package says all.
BUNDLED = [
    ("CNIOBoringSSL", "BoringSSL", "Apache-2.0", None),
    ("CCryptoBoringSSL", "BoringSSL", "Apache-2.0", None),
    ("CNIOLLHTTP", "llhttp", "MIT", "LICENSE"),
    ("CNIOSHA1", "KAME SHA-1", "BSD-3-Clause", "c_nio_sha1.c"),
    ("CXKCP", "eXtended Keccak Code Package", "CC0-1.0", "FIPS202-opt64/KeccakHash.c"),
]


class Package:
    """A Swift package of the resolved graph."""

    def __init__(self, pin, folder):
        self.name, self.location = pin["identity"], pin["location"].removesuffix(".git")
        self.version, self.revision = pin["state"]["version"], pin["state"]["revision"]
        self.folder = folder
        self.modules = set()
        texts = sorted(path for path in folder.iterdir() if re.fullmatch(r"LICEN[SC]E(\.txt|\.md)?", path.name))
        if not texts:
            raise SystemExit(f"{self.name} has no licence.")
        self.text = texts[0].read_text()
        self.licence = licence(self.text, self.name)
        notices = sorted(folder.glob("NOTICE*.txt"))
        self.notice = notices[0].read_text() if notices else ""

    @property
    def bundled(self):
        """Name, licence and notice of the sources of others in its linked modules."""
        found = []
        for module, name, licence_, file in BUNDLED:
            if module in self.modules:
                text = (self.folder / "Sources" / module / file).read_text() if file else ""
                if file and not file.startswith("LICEN"):
                    text = comment(text)
                found.append((name, licence_, text))
        return found


def comment(source):
    """The first comments of a C source, without their marks."""
    parts = re.findall(r"/\*(.*?)\*/", source.split("#include")[0], re.DOTALL)
    return "\n".join(re.sub(r"^[-\s]*\*? ?", "", line) for part in parts for line in part.splitlines())


def licence(text, name):
    """The SPDX expression of a text."""
    if "Apache License" in text and "Version 2.0" in text:
        return "Apache-2.0 WITH Swift-exception" if "Runtime Library Exception" in text else "Apache-2.0"
    if text.startswith("MIT License"):
        return "MIT"
    raise SystemExit(f"The licence of {name} is not known here.")


def resolved(path=ROOT / "Package.resolved"):
    """All packages of the resolved graph by their folder's name."""
    pins = json.loads(pathlib.Path(path).read_text())["pins"]
    return {pin["location"].removesuffix(".git").split("/")[-1]: pin for pin in pins}


def modules(link_list):
    """The modules whose objects the linker got."""
    return set(re.findall(r"/([A-Za-z0-9_]+)\.build/", pathlib.Path(link_list).read_text()))


def linked(link_list, pins=None):
    """The packages that are in the binary, sorted by name.

    A module of no resolved package ends the program, so that no list of packages lacks one."""
    pins = pins or resolved()
    folders = {name: ROOT / ".build/checkouts" / name for name in pins}
    packages = {}
    for module in sorted(modules(link_list)):
        if (ROOT / "Sources" / module).is_dir():
            continue
        owners = [name for name, folder in folders.items() if (folder / "Sources" / module).is_dir()]
        if len(owners) != 1:
            raise SystemExit(f"The module {module} is linked, but belongs to {owners or 'no package'} of the resolved graph.")
        package = packages.setdefault(owners[0], Package(pins[owners[0]], folders[owners[0]]))
        package.modules.add(module)
    return sorted(packages.values(), key=lambda package: package.name)


class Library:
    """A shared library that the binary loads, and its Debian package."""

    def __init__(self, name, path):
        self.name, self.path = name, path
        # dpkg knows files by the paths of their packages, which may begin in /lib rather than in /usr/lib.
        for candidate in (path, path.removeprefix("/usr"), "/usr" + path):
            try:
                self.package = run("dpkg-query", "--search", candidate).split(":")[0]
                break
            except SystemExit:
                continue
        else:
            raise SystemExit(f"{path} belongs to no package.")
        self.version, self.source = run(
            "dpkg-query", "--show", "--showformat=${Version}\t${source:Package}", self.package).split("\t")

    @property
    def copyright(self):
        return pathlib.Path(f"/usr/share/doc/{self.package}/copyright")


def libraries(binary):
    """The shared libraries that the binary loads, by name, with the program that loads them."""
    found = []
    for line in run(required("ldd", "libc-bin"), str(binary)).splitlines():
        match = re.match(r"\s*(?:(\S+) => )?(/\S+) \(0x", line)
        if match:
            path = str(pathlib.Path(match[2]).parent.resolve() / pathlib.Path(match[2]).name)
            found.append(Library(match[1] or match[2], path))
        elif "not found" in line:
            raise SystemExit(f"A library is missing: {line.strip()}")
    return found
