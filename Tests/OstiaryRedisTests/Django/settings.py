"""A project with nothing but django-constance on Redis, and a setting for each recorded value."""

import os
from datetime import date, datetime, time, timedelta
from decimal import Decimal

SECRET_KEY = "only-for-tests"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "constance"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True
TIME_ZONE = "UTC"

CONSTANCE_BACKEND = "constance.backends.redisd.RedisBackend"
CONSTANCE_REDIS_CONNECTION = os.environ["TEST_REDIS_URL"]
CONSTANCE_REDIS_PREFIX = os.environ.get("TEST_REDIS_PREFIX", "constance:")

CONSTANCE_CONFIG = {
    "ACCESS_TOKEN_LIFETIME": (108000, "Seconds that an access token is valid"),
    "REFRESH_TOKEN_LIFETIME": (2592000, "Seconds that a refresh token is valid"),
    "THROTTLE_REGISTER": ("20/hour", "Registrations from a network"),
}

# The command `constance set` makes a form of all settings and knows no field for the other types, so those have a text
# as their default; what is assigned to a setting need not be of the type of its default.
DEFAULTS = {
    False: ["BOOL_T", "BOOL_F"],
    7: ["INT", "INT_NEG", "INT_BIG"],
    0.5: ["FLOAT", "FLOAT_WHOLE", "FLOAT_BIG", "FLOAT_BIG2", "FLOAT_SMALL"],
    Decimal("7.5"): ["DEC", "DEC_EXP"],
    datetime(2020, 1, 1): ["DT_NAIVE", "DT_MICRO", "DT_UTC", "DT_TZ"],
    date(2020, 1, 2): ["DATE"],
    time(1, 2, 3): ["TIME", "TIME_MICRO", "TIME_TZ"],
    timedelta(hours=1): ["TD", "TD_MICRO", "TD_NEG"],
    "the default": [
        "STR", "STR_EMPTY", "STR_UTF8", "STR_ESC", "UUID", "LIST", "LIST_EMPTY", "DICT", "DICT_EMPTY", "TUPLE", "NONE",
    ],
}
CONSTANCE_CONFIG |= {name: (default, "") for default, names in DEFAULTS.items() for name in names}
