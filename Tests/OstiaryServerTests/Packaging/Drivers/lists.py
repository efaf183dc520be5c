"""Judges lists of parts by the schemas of their formats, offline. usage: lists.py LIST..."""
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document


def faults(path):
    if path.endswith(".cdx.json"):
        with open(path) as file:
            fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(file.read())
        return [fault] if fault else []
    return [message.validation_message for message in validate_full_spdx_document(parse_file(path), "SPDX-2.3")]


found = [f"{path}: {fault}" for path in sys.argv[1:] for fault in faults(path)]
sys.exit("\n".join(found) or 0)
