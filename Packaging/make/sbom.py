"""Lists of what is in the program: CycloneDX 1.6 and SPDX 2.3."""
import hashlib
import json
import pathlib
import urllib.parse
import uuid

from image import created
from linked import linked, libraries


class Component:
    """A part of the program."""

    def __init__(self, name, version, url=None, licence=None, revision=None, is_shared=False):
        self.name, self.version, self.licence, self.revision = name, version, licence, revision
        self.url, self.is_shared = url, is_shared
        self.reference = f"{name}@{version}"


def components(release, packages, shared):
    """Packages, sources of others within them, the runtime, and the system's libraries."""
    found = [Component("swift-runtime", release.swift, "pkg:generic/swift@" + release.swift,
                       "Apache-2.0 WITH Swift-exception")]
    for package in packages:
        place = package.location.removeprefix("https://")
        found.append(Component(package.name, package.version, f"pkg:swift/{place}@{package.version}", package.licence,
                               package.revision))
        for name, licence, _ in package.bundled:
            found.append(Component(f"{name} in {package.name}", package.version, None, licence))
    seen = set()
    for library in shared:
        if library.package not in seen:
            seen.add(library.package)
            version = urllib.parse.quote(library.version, safe="")
            url = f"pkg:deb/debian/{library.package}@{version}?arch={release.architecture}&distro=debian-12"
            found.append(Component(library.package, library.version, url, is_shared=True))
    return sorted(found, key=lambda component: component.reference)


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def licences(component):
    key = "expression" if " WITH " in component.licence else "license"
    return [{key: component.licence if key == "expression" else {"id": component.licence}}]


def cyclonedx(release, binary, parts):
    own = f"ostiary@{release.version}"
    listed = []
    for part in parts:
        entry = {"type": "library", "bom-ref": part.reference, "name": part.name, "version": part.version}
        if part.licence:
            entry["licenses"] = licences(part)
        if part.url:
            entry["purl"] = part.url
        if part.revision:
            entry["properties"] = [{"name": "revision", "value": part.revision}]
        listed.append(entry)
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest(binary))}",
        "metadata": {"timestamp": created(release), "component": {
            "type": "application", "bom-ref": own, "name": "ostiary", "version": release.version,
            "licenses": [{"license": {"id": "Apache-2.0"}}],
            "hashes": [{"alg": "SHA-256", "content": digest(binary)}],
            "properties": [{"name": "revision", "value": release.commit}]}},
        "components": listed,
        "dependencies": [{"ref": own, "dependsOn": [part.reference for part in parts]}]
        + [{"ref": part.reference} for part in parts],
    }


def spdx(release, binary, parts):
    own = {"SPDXID": "SPDXRef-ostiary", "name": "ostiary", "versionInfo": release.version,
           "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": "Apache-2.0",
           "licenseDeclared": "Apache-2.0", "copyrightText": "Copyright 2026 the Ostiary authors",
           "primaryPackagePurpose": "APPLICATION", "checksums": [{"algorithm": "SHA256", "checksumValue": digest(binary)}]}
    listed, relations = [own], [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                                 "relatedSpdxElement": own["SPDXID"]}]
    for part in parts:
        identity = "SPDXRef-" + "".join(char if char.isalnum() or char in ".-" else "-" for char in part.reference)
        entry = {"SPDXID": identity, "name": part.name, "versionInfo": part.version, "downloadLocation": "NOASSERTION",
                 "filesAnalyzed": False, "licenseConcluded": part.licence or "NOASSERTION",
                 "licenseDeclared": part.licence or "NOASSERTION", "copyrightText": "NOASSERTION",
                 "primaryPackagePurpose": "LIBRARY"}
        if part.url:
            entry["externalRefs"] = [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                      "referenceLocator": part.url}]
        listed.append(entry)
        relations.append({"spdxElementId": own["SPDXID"], "relatedSpdxElement": identity,
                          "relationshipType": "DYNAMIC_LINK" if part.is_shared else "STATIC_LINK"})
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "ostiary",
        "documentNamespace": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest(binary))}",
        "creationInfo": {"created": created(release), "creators": ["Organization: Ostiary maintainers"]},
        "packages": listed, "relationships": relations,
    }


def write(release, folder, stripped, packages, shared):
    """Writes both lists into a folder. Returns their paths."""
    parts = components(release, packages, shared)
    paths = []
    for kind, make in (("cdx", cyclonedx), ("spdx", spdx)):
        path = pathlib.Path(folder) / f"ostiary-{release.version}.{kind}.json"
        path.write_text(json.dumps(make(release, stripped, parts), indent=1) + "\n")
        paths.append(path)
    return paths


def names(path):
    """Name and version of each part that a list has."""
    document = json.loads(pathlib.Path(path).read_text())
    if "components" in document:
        return {(part["name"], part["version"]) for part in document["components"]}
    return {(part["name"], part["versionInfo"]) for part in document["packages"] if part["SPDXID"] != "SPDXRef-ostiary"}


def compare(release, paths, link_list, pins=None):
    """The differences between lists and what was linked, as lines."""
    parts = components(release, linked(link_list, pins), libraries(release.binary))
    truth = {(part.name, part.version) for part in parts}
    lines = []
    for path in paths:
        listed = names(path)
        lines += [f"{path} lacks {name} {version}" for name, version in sorted(truth - listed)]
        lines += [f"{path} has {name} {version}, which is not in the program" for name, version in sorted(listed - truth)]
    return lines
