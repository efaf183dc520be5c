# SPDX-License-Identifier: Apache-2.0
"""Judges a JSON document by a JSON schema. usage: judge.py schema document"""

import json
import sys

import jsonschema_rs

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema_rs.meta.validate(schema)
with open(sys.argv[2], encoding="utf-8") as file:
    document = json.load(file)
faults = [str(error) for error in jsonschema_rs.validator_for(schema).iter_errors(document)]
if faults:
    sys.exit("\n".join(faults))
