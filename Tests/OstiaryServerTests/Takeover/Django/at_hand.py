"""What the tests use."""

import uuid
from datetime import timedelta

from auth_api.authentication import access_token
from auth_api.models import CustomUser, RefreshToken
from constance import config
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.utils import timezone


def rows(sql, *values):
    """The rows of a statement, past the models."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def person(email, password, **fields):
    return CustomUser.objects.create_user(email, password, **fields)


def text(value):
    """A value as it can be compared, without the quotes of `repr`."""
    return type("Text", (), {"__repr__": lambda self: str(value)})()
