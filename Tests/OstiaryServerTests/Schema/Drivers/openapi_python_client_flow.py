"""The whole flow with a client that openapi-python-client made. usage: openapi_python_client_flow.py URL FOLDER"""

import inspect
import sys
import uuid

server, folder = sys.argv[1:]
sys.path.insert(0, f"{folder}/ostiary-client")

from ostiary_client import AuthenticatedClient, Client, models  # noqa: E402
from ostiary_client.api.accounts import change_password, delete_me, get_me, register, update_me  # noqa: E402
from ostiary_client.api.sessions import end_session, end_sessions, list_sessions, login, logout, refresh  # noqa: E402

requests = []
hooks = {"event_hooks": {"request": [requests.append]}}
visitor = Client(base_url=server, httpx_args=hooks)


def user(tokens):
    return AuthenticatedClient(base_url=server, token=tokens.access_token, httpx_args=hooks)


account = {"email": "made@mail.example", "password": "correct horse 7 battery"}
created = register.sync(client=visitor, body=models.RegisterRequest(**account))
assert isinstance(created, models.Account) and created.email == account["email"], created
again = register.sync(client=visitor, body=models.RegisterRequest(**account))
assert isinstance(again, models.FieldErrors) and "email" in again, again

refused = login.sync_detailed(client=visitor, body=models.LoginRequest(**{**account, "password": "wrong"}))
assert refused.status_code == 401 and refused.parsed == models.Error(error="Invalid credentials"), refused

tokens = login.sync(client=visitor, body=models.LoginRequest(**account))
assert isinstance(tokens, models.Tokens) and isinstance(tokens.refresh_token, uuid.UUID), tokens
assert get_me.sync(client=user(tokens)) == created

key = str(uuid.uuid4())
body = models.RefreshRequest(refresh_token=tokens.refresh_token)
renewed = refresh.sync(client=visitor, body=body, idempotency_key=key)
assert refresh.sync(client=visitor, body=body, idempotency_key=key).refresh_token == renewed.refresh_token

changed = update_me.sync(
    client=user(renewed), body=models.UpdateMeRequest(username="made"), format_=models.Format.JSON
)
assert changed.username == "made" and changed.id == created.id, changed

other = login.sync(client=visitor, body=models.LoginRequest(**account))
sessions = list_sessions.sync(client=user(renewed))
assert [type(session) for session in sessions] == [models.Session] * 2 and sessions[0].created_at.tzinfo, sessions
assert end_session.sync_detailed(sessions[0].id, client=user(renewed)).status_code == 204
assert isinstance(get_me.sync(client=user(other)), models.Detail)

new = "a better horse 8"
request = models.ChangePasswordRequest(current_password=account["password"], new_password=new)
changed = change_password.sync(client=user(renewed), body=request)
ended = logout.sync(client=visitor, body=models.LogoutRequest(refresh_token=changed.refresh_token))
assert isinstance(ended, models.LoggedOut), ended

first, last = (login.sync(client=visitor, body=models.LoginRequest(account["email"], new)) for _ in range(2))
assert "bool" in str(inspect.signature(end_sessions.sync).parameters["all_"]), "a boolean is none"
assert end_sessions.sync_detailed(client=user(last), all_=False).status_code == 204
assert isinstance(get_me.sync(client=user(first)), models.Detail)
assert isinstance(get_me.sync(client=user(last)), models.Account)
assert end_sessions.sync_detailed(client=user(last), all_=True).status_code == 204
assert isinstance(get_me.sync(client=user(last)), models.Detail)

last = login.sync(client=visitor, body=models.LoginRequest(account["email"], new))
assert delete_me.sync_detailed(client=user(last), body=models.DeleteMeRequest(new)).status_code == 204

types = {request.headers.get("Content-Type") for request in requests}
assert types == {None, "application/json"}, types
for function in (register, login, refresh, logout, update_me, change_password, delete_me):
    body = str(inspect.signature(function.sync).parameters["body"]).split("=")[0]
    assert body.count("Request") == 1, f"not one model of a body: {body}"
enumerations = [name for name in models.__all__ if name.endswith("Format")]
assert enumerations == ["Format", "GetSchemaFormat"], enumerations
print("done")
