"""The settings of the service in Tests/OstiaryServerTests/Takeover/Django, with connections to the database that are kept.

Django opens one for each request unless told otherwise, which would flatter whoever is compared with it.
"""
from settings import *  # noqa: F403

DATABASES["default"]["CONN_MAX_AGE"] = None  # noqa: F405
