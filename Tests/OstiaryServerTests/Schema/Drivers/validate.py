"""Whether the description at a server is valid, the same in each format, and complete. usage: validate.py URL"""

import sys

import requests
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

server = sys.argv[1]


def fetch(method, path, **headers):
    answer = requests.request(method, server + path, headers=headers, timeout=20)
    assert answer.status_code == 200, f"{method} {path}: {answer.status_code}"
    return answer


document = fetch("GET", "/api/schema/", Accept="application/json").json()
for accept in ("application/yaml", "application/vnd.oai.openapi", "text/yaml"):
    answer = fetch("GET", "/api/schema/", Accept=accept)
    assert answer.headers["Content-Type"] == "application/yaml", answer.headers
    assert yaml.safe_load(answer.text) == document, f"{accept} differs"
assert yaml.safe_load(fetch("GET", "/api/schema/?format=yaml").text) == document

OpenAPIV31SpecValidator(document).validate()

operations = {
    (path, method): operation for path, item in document["paths"].items() for method, operation in item.items()
}
names = [operation["operationId"] for operation in operations.values()]
assert len(names) == len(set(names)), "an operationId is there twice"


def resolve(value):
    while "$ref" in value and len(value) == 1:
        target = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


# What the server says that it has is what is described.
listed = set(fetch("GET", "/api/").json().values())
assert listed == set(document["paths"]), listed ^ set(document["paths"])
for path in document["paths"]:
    if path.startswith("/api/authorize/"):
        continue  # The gate judges this method as any other.
    allowed = set(fetch("OPTIONS", path.replace("{id}", "x")).headers["Allow"].lower().split(", "))
    assert allowed - {"head", "options"} == {method for name, method in operations if name == path}, path

answers = 0
for (path, method), operation in operations.items():
    assert operation["summary"] and operation["description"] and operation["tags"], path
    for status, answer in operation["responses"].items():
        answer = resolve(answer)
        answers += 1
        assert answer["description"] and "X-Request-ID" in answer["headers"], (path, method, status)
        if "content" in answer and int(status) >= 400 and path != "/readyz/":
            assert "application/problem+json" in answer["content"], (path, method, status)
        for link in answer.get("links", {}).values():
            assert link["operationId"] in names, link
    bodies = [content["schema"] for content in operation.get("requestBody", {}).get("content", {}).values()]
    assert all(body == bodies[0] and "$ref" in body for body in bodies), f"{path}: a schema for each media type"
    for field in resolve(
        operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    ).get("properties", {}).values():
        assert field["description"] and field["examples"], (path, method)

print(f"{len(document['paths'])} paths, {len(operations)} operations, {answers} answers")
