"""What the tests use."""

import json
import uuid
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from auth_api.authentication import access_token
from auth_api.models import CustomUser, RefreshToken
from constance import config
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission
from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone


def rows(sql, *values):
    """The rows of a statement, past the models."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def person(email, password, **fields):
    return CustomUser.objects.create_user(email, password, **fields)


def text(value):
    """A value as it can be compared, without the quotes of `repr`."""
    return type("Text", (), {"__repr__": lambda self: str(value)})()


def load_facts(path):
    """Accounts and refresh tokens as the recorded service had them."""
    facts = json.loads(Path(path).read_text())
    for user in facts["users"]:
        CustomUser.objects.create(
            id=user["id"], email=user["email"], username=user["username"], password=user["stored_password"],
            is_active=user["is_active"], is_staff=user["is_staff"], is_superuser=user["is_superuser"])
    for token in facts["refresh_tokens"]:
        row = RefreshToken.objects.create(
            id=token["id"], token=token["token"], user_id=token["user_id"], expires_at=token["expires_at"])
        RefreshToken.objects.filter(pk=row.pk).update(created_at=token["created_at"])
    # Rows with ids of their own do not move the sequences of PostgreSQL.
    for statement in connection.ops.sequence_reset_sql(no_style(), [CustomUser, RefreshToken]):
        rows(statement)


def give_tokens(user, count):
    """That many refresh tokens of an account, and their texts."""
    tokens = RefreshToken.objects.bulk_create(RefreshToken(user_id=user) for _ in range(count))
    return " ".join(str(token.token) for token in tokens)


def disagreements():
    """In what the table of tokens here and the one over there differ. Each token that is live here has a row there, unless
    Django has spent it; no row there is of a token that is spent here."""
    theirs = list(RefreshToken.objects.all())
    by_id = {row.id: row for row in theirs}
    by_digest = {sha256(row.token.bytes).digest(): row for row in theirs}
    found = []
    for digest, user, row_id, spent, ended in rows(
        "SELECT t.digest, s.user_id, t.legacy_id, t.spent_at, s.ended_at"
        " FROM ostiary_refresh_token t JOIN ostiary_session s ON s.id = t.session_id"
    ):
        row = by_digest.get(bytes(digest))
        if spent is None and ended is None:
            if row_id is None:
                found.append("a live token without a row")
            elif by_id.get(row_id) is not row or row is not None and row.user_id != user:
                found.append(f"row {row_id} of another token")
        elif row is not None:
            found.append(f"row {row.id} of a token that is spent or whose session has ended")
    return found
