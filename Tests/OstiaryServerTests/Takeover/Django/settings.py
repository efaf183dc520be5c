"""A Django service as those are whose users a takeover moves; all that differs between tests is in the environment.

TAKEOVER_DATABASE   the path of a SQLite file, or postgres://user@/name?host=…&port=…
TAKEOVER_KEY        SECRET_KEY, by which access tokens are signed
TAKEOVER_ROUNDS     the rounds of PBKDF2; those of this Django unless given
TAKEOVER_REDIS      the URL of the Redis that constance keeps settings in; the database unless given
TAKEOVER_GUARDED    with a text: a refresh looks how many rows it deleted
TAKEOVER_LATER      with a text: the next release, whose user model has one column more and a longer e-mail
TAKEOVER_BARE       with a text: without the shop and without the tables of simplejwt
TAKEOVER_DEFERRED   with a text: transactions on SQLite begin as Django begins them unless told otherwise
"""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

BASE_DIR = Path(__file__).parent
SECRET_KEY = os.environ.get("TAKEOVER_KEY", "only-for-tests-and-longer-than-32-bytes")
LATER = bool(os.environ.get("TAKEOVER_LATER"))
GUARDED = bool(os.environ.get("TAKEOVER_GUARDED"))
BARE = bool(os.environ.get("TAKEOVER_BARE"))

ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
AUTH_USER_MODEL = "auth_api.CustomUser"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
USE_TZ = True
TIME_ZONE = "UTC"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "constance",
    "auth_api",
]
if not BARE:
    INSTALLED_APPS += ["shop", "rest_framework_simplejwt.token_blacklist"]
if LATER:
    MIGRATION_MODULES = {"auth_api": "auth_api.later"}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def database(place):
    if not place.startswith("postgres"):
        options = {"timeout": 20}
        if not os.environ.get("TAKEOVER_DEFERRED"):
            options["transaction_mode"] = "IMMEDIATE"
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": place, "OPTIONS": options}
    url = urlsplit(place)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path[1:],
        "USER": url.username,
        "HOST": query["host"],
        "PORT": query["port"],
        # psycopg reads no other form; the servers of the tests write an odd one.
        "OPTIONS": {"options": "-c datestyle=ISO"},
    }


DATABASES = {"default": database(os.environ["TAKEOVER_DATABASE"])}

PASSWORD_HASHERS = ["hashers.Rounds", "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["auth_api.authentication.BearerAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}

CONSTANCE_CONFIG = {
    "ACCESS_TOKEN_LIFETIME": (108000, "Seconds that an access token is valid"),
    "REFRESH_TOKEN_LIFETIME": (2592000, "Seconds that a refresh token is valid"),
}
if os.environ.get("TAKEOVER_REDIS"):
    CONSTANCE_BACKEND = "constance.backends.redisd.RedisBackend"
    CONSTANCE_REDIS_CONNECTION = os.environ["TAKEOVER_REDIS"]
else:
    CONSTANCE_BACKEND = "constance.backends.database.DatabaseBackend"
