import os

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Rounds(PBKDF2PasswordHasher):
    """Django's own hasher; with a thousand rounds most of the time of a test is not spent on hashes."""

    iterations = int(os.environ.get("TAKEOVER_ROUNDS", PBKDF2PasswordHasher.iterations))
