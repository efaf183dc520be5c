"""A client that knows a server by nothing but its description. usage: client.py URL"""

import sys

import requests

server = sys.argv[1]
document = requests.get(f"{server}/api/schema/", timeout=20).json()
operations = {
    operation["operationId"]: (method, path, operation)
    for path, item in document["paths"].items()
    for method, operation in item.items()
}


def call(operation_id, fields=None, token=None, form=False, **parameters):
    """Sends a request as described; the answer must be described too. Returns its document, or its status."""
    method, path, operation = operations[operation_id]
    headers = {}
    for parameter in operation["parameters"]:
        name = parameter.get("name")
        if parameter.get("in") == "path":
            path = path.replace("{" + name + "}", parameters[name])
        elif parameter.get("in") == "header" and name in parameters:
            headers[name] = parameters[name]
    if operation["security"]:
        headers["Authorization"] = f"Bearer {token}"
    if fields is not None:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        described = document["components"]["schemas"][schema]
        assert set(described.get("required", [])) <= set(fields) <= set(described["properties"]), fields
    answer = requests.request(
        method, server + path, headers=headers, timeout=20, **({"data": fields} if form else {"json": fields})
    )
    assert str(answer.status_code) in operation["responses"], f"{operation_id}: {answer.status_code} {answer.text}"
    return answer.json() if answer.ok and answer.content else answer.status_code


def follow(operation_id, link, answer):
    """What a link says to send next."""
    described = operations[operation_id][2]["responses"]["200"]["links"][link]

    def value(expression):
        found = answer
        for part in expression.removeprefix("$response.body#/").split("/"):
            found = found[int(part)] if isinstance(found, list) else found[part]
        return found

    body = {name: value(expression) for name, expression in described.get("requestBody", {}).items()}
    parameters = {name: value(expression) for name, expression in described.get("parameters", {}).items()}
    return described["operationId"], body, parameters


account = {"email": "described@mail.example", "password": "correct horse 7 battery"}
assert call("register", account)["email"] == account["email"]
assert call("register", account) == 400
tokens = call("login", account)
assert call("getMe", token=tokens["access_token"])["username"] == ""
assert call("updateMe", {"username": "described"}, tokens["access_token"], form=True)["username"] == "described"

operation, body, _ = follow("login", "refresh", tokens)
key = "0123456789abcdef-0123456789abcdef"
renewed = call(operation, body, **{"Idempotency-Key": key})
assert call(operation, body, **{"Idempotency-Key": key})["refresh_token"] == renewed["refresh_token"]

other = call("login", account)
sessions = call("listSessions", token=renewed["access_token"])
assert len(sessions) == 2
operation, _, parameters = follow("listSessions", "end", sessions)
assert sessions[0]["current"] is False
assert call(operation, token=renewed["access_token"], **parameters) == 204
assert call("getMe", token=other["access_token"]) == 401

changed = call(
    "changePassword", {"current_password": account["password"], "new_password": "a better horse 8"}, renewed["access_token"]
)
assert call("login", account) == 401
assert call("getMe", token=renewed["access_token"]) == 401
operation, body, _ = follow("changePassword", "logout", changed)
assert call(operation, body)["success"] == "User logged out."
assert call("getMe", token=changed["access_token"]) == 401
assert call("refresh", body) == 400

last = call("login", {**account, "password": "a better horse 8"})
assert call("deleteMe", {"password": "a better horse 8"}, last["access_token"]) == 204
print("done")
