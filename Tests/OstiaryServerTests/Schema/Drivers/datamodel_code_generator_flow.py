"""The whole flow with a client that datamodel-code-generator made. usage: datamodel_code_generator_flow.py URL FOLDER"""

import inspect
import re
import sys
import uuid

server, folder = sys.argv[1:]
sys.path.insert(0, folder)

import ostiary_models as models  # noqa: E402
from ostiary_client import Client  # noqa: E402
from ostiary_client.errors import AuthenticationError, BadRequestError  # noqa: E402

# One model of a body serves each media type.
JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
# The client would ask for pages too.
ANSWER = {"response_media_type": JSON}
visitor = Client(base_url=server)


def user(tokens):
    return Client(base_url=server, bearer=tokens.access_token)


def refusal(kind, call, **arguments):
    try:
        call(**arguments)
    except kind as error:
        return error.body
    raise AssertionError("not refused")


account = {"email": "modelled@mail.example", "password": "correct horse 7 battery"}
body = models.RegisterRequest(**account)
created = visitor.accounts.register(body=body, media_type=MULTIPART, **ANSWER)
assert isinstance(created, models.Account) and created.email == account["email"], created
again = refusal(BadRequestError, visitor.accounts.register, body=body, media_type=FORM, **ANSWER)
assert "email" in again.root.root and isinstance(again.root, models.FieldErrors), again

wrong = models.LoginRequest(**{**account, "password": "wrong"})
refused = refusal(AuthenticationError, visitor.sessions.login, body=wrong, media_type=JSON, **ANSWER)
assert refused == models.Error(error="Invalid credentials"), refused

body = models.LoginRequest(**account)
tokens = visitor.sessions.login(body=body, media_type=FORM, **ANSWER)
assert isinstance(tokens, models.Tokens) and isinstance(tokens.refresh_token, uuid.UUID), tokens
assert user(tokens).accounts.get_me(**ANSWER) == created

body = models.RefreshRequest(refresh_token=tokens.refresh_token)
renewed = visitor.sessions.refresh(body=body, media_type=JSON, Idempotency_Key=str(uuid.uuid4()), **ANSWER)
me = user(renewed)

body = models.UpdateMeRequest(username="modelled")
changed = me.accounts.update_me(body=body, media_type=MULTIPART, format="json", **ANSWER)
assert changed.username == "modelled" and changed.id == created.id, changed

other = visitor.sessions.login(body=models.LoginRequest(**account), media_type=MULTIPART, **ANSWER)
sessions = me.sessions.list_sessions(**ANSWER).root
assert [type(session) for session in sessions] == [models.Session] * 2 and sessions[0].created_at.tzinfo, sessions
me.sessions.end_session(id=sessions[0].id)
assert isinstance(refusal(AuthenticationError, user(other).accounts.get_me, **ANSWER), models.Detail)

other = visitor.sessions.login(body=models.LoginRequest(**account), media_type=JSON, **ANSWER)
assert "bool" in str(inspect.signature(me.sessions.end_sessions).parameters["all"]), "a boolean is none"
me.sessions.end_sessions(all=False)
assert isinstance(refusal(AuthenticationError, user(other).accounts.get_me, **ANSWER), models.Detail)
assert me.accounts.get_me(**ANSWER).id == created.id

ended = visitor.sessions.logout(
    body=models.LogoutRequest(refresh_token=renewed.refresh_token), media_type=FORM, **ANSWER
)
assert isinstance(ended, models.LoggedOut), ended
assert isinstance(refusal(AuthenticationError, me.accounts.get_me, **ANSWER), models.Detail)

accounts, sessions = visitor.accounts, visitor.sessions
for function in (
    accounts.register, sessions.login, sessions.refresh, sessions.logout, accounts.update_me, accounts.change_password,
    accounts.delete_me,
):
    body = str(inspect.signature(function).parameters["body"])
    assert body.count("ostiary_models") == 1, f"not one model of a body: {body}"
# The generator itself counts the refusals of one operation.
numbered = [name for name in dir(models) if re.search(r"[a-z]\d+$", name) and not re.search(r"Response\d+$", name)]
assert not numbered, f"two things have one name: {numbered}"
print("done")
