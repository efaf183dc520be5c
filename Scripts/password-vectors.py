#!/usr/bin/env python3
"""Writes what the password tests compare with: real hashes of Django and the verdicts of its validators.

    pip install 'Django==5.1.15' argon2-cffi bcrypt
    Scripts/password-vectors.py Tests/OstiaryCoreTests/Passwords
"""

import pathlib
import random
import sys

import django
from argon2.low_level import Type, hash_secret
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    PASSWORD_HASHERS=[
        f"django.contrib.auth.hashers.{name}PasswordHasher"
        for name in ("PBKDF2", "PBKDF2SHA1", "Argon2", "Scrypt", "BCryptSHA256", "BCrypt")
    ],
)
django.setup()

from django.contrib.auth import hashers, password_validation as validation  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402

ODD = [
    "", "\0", "nul\0tail-1", " around ", "x" * 130, "Пароль-Ünï", "e\u0301",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 3,
]
FAMILY = ODD[-1][:7]


def literal(text):
    """The inside of a Swift string literal, ASCII only, as a list with an item for each character."""
    plain = lambda c: " " <= c <= "~" and c not in '"\\'  # noqa: E731
    return [c if plain(c) else "\\u{%x}" % ord(c) for c in text]


def record(*fields):
    """One line of a multi-line literal with tabs between the fields, folded at 120 columns."""
    items = literal(fields[0])
    for field in fields[1:]:
        items += ["\\t", *literal(field)]
    lines = [INDENT]
    for item in items:
        if len(lines[-1] + item) > 119:
            lines.append(INDENT)
        lines[-1] += item
    return "\\\n".join(lines)


INDENT = " " * 8


# Hashes


def argon2(password, kind, salt, passes, memory, lanes, length):
    return "argon2" + hash_secret(password.encode(), salt, passes, memory, lanes, length, kind).decode()


def bcrypt(hasher, password):
    hasher.rounds = 4
    return hasher.encode(password, hasher.salt())


def good_hashes():
    for name in ("pbkdf2_sha256", "pbkdf2_sha1", "argon2", "scrypt"):
        yield "Correct-horse-1", hashers.make_password("Correct-horse-1", hasher=name)
    sha256, sha1 = hashers.PBKDF2PasswordHasher(), hashers.PBKDF2SHA1PasswordHasher()
    scrypt = hashers.ScryptPasswordHasher()
    for number, password in enumerate(ODD):
        yield password, sha256.encode(password, sha256.salt(), 1 + number)
        yield password, sha1.encode(password, "sälz", 1 + number)
        yield password, scrypt.encode(password, scrypt.salt(), 16, 1 + number, 1)
        yield password, argon2(password, Type.ID, b"sixteen byte box", 1, 8 + number, 1, 32)
        yield password, argon2(password, Type.ID, b"of Django's 22 letters", 2, 64, 8, 32)
        yield password, argon2(password, Type.I, b"of Django 2.", 2, 512, 2, 16)
        yield password, bcrypt(hashers.BCryptSHA256PasswordHasher(), password)
        # bcrypt itself stops at a NUL and after 72 bytes.
        if "\0" not in password and len(password.encode()) <= 72:
            for form in ("$2a$", "$2b$", "$2y$"):
                yield password, bcrypt(hashers.BCryptPasswordHasher(), password).replace("$2b$", form)


def refused_hashes():
    yield argon2("Correct-horse-1", Type.D, b"sixteen byte box", 1, 64, 1, 32)
    yield bcrypt(hashers.BCryptPasswordHasher(), "Correct-horse-1").replace("$2b$", "$2x$")
    yield hashers.make_password(None)


# Policy


def pieces(generator):
    """Texts that a password or an attribute may be made of."""
    return [
        "anna", "Smith", "example", "password", "Qwerty", "12345678", "letmein", "ΟΔΥΣΣΕΥΣ", "οδυσσευς", "İstanbul",
        "straße", "\u212aelvin", "٣٤٥", "²³", "½", "Ⅷ", "四五", "e\u0301", "_", "-", ".", "@", " ", "\x1c", "\u00a0",
        "\u200b", "\U0001f600", FAMILY, "Ǆ", "ﬁ", "", generator.choice(COMMON), str(generator.randrange(10**6)),
        "".join(generator.choices("abcdefghijkmnpqrstuvwxyzABCDEF0123456789!$_", k=generator.randrange(1, 14))),
    ]


COMMON = sorted(w for w in validation.CommonPasswordValidator().passwords if w.isascii())


def candidate(generator):
    def text():
        return "".join(generator.choice(pieces(generator)) for _ in range(generator.randrange(4)))

    username = generator.choice(["", text(), text()])
    email = f"{text()}@{text()}.com"
    near = list(generator.choice([username, email, *email.split("@")]))
    for _ in range(generator.randrange(4)):
        near.insert(generator.randrange(len(near) + 1), generator.choice("axAX19.-Σ"))
    if generator.random() < 0.3:
        generator.shuffle(near)
    password = generator.choice([
        text, text, lambda: "".join(near), lambda: "".join(near).upper(),
        lambda: "".join(near) * generator.randrange(4),
        lambda: f" {generator.choice(COMMON)}\u3000", lambda: generator.choice(COMMON).upper(),
        lambda: "".join(generator.choices("0123456789٣²५½", k=generator.randrange(12))),
    ])()
    return password, username, email, generator.choice([1, 8, 8, 8, 15])


def verdict(password, username, email, minimum):
    try:
        validation.validate_password(
            password,
            User(username=username, email=email),
            [
                validation.UserAttributeSimilarityValidator(), validation.MinimumLengthValidator(minimum),
                COMMON_VALIDATOR, validation.NumericPasswordValidator(),
            ],
        )
    except ValidationError as error:
        assert all(e.params is None or set(e.params) <= {"verbose_name", "min_length"} for e in error.error_list)
        return [f"{e.code}: {e.messages[0]}" for e in error.error_list]
    return []


COMMON_VALIDATOR = validation.CommonPasswordValidator()
SHORT = {
    "password_too_similar": lambda m: "similar:" + m.split(" to the ")[1].rstrip("."),
    "password_too_short": lambda m: "short", "password_too_common": lambda m: "common",
    "password_entirely_numeric": lambda m: "numeric",
}


def policy_lines(count):
    generator = random.Random(5115)
    seen = {}
    while count:
        case = candidate(generator)
        codes = ",".join(SHORT[v.split(": ")[0]](v) for v in verdict(*case))
        line = record(codes, str(case[3]), *case[:3])
        # Not too often the same answer, and one line each.
        if "\n" not in line and line not in seen and seen.get(codes, 0) < 80:
            seen[line] = True
            seen[codes] = seen.get(codes, 0) + 1
            count -= 1
            yield line


def main(folder):
    header = f"// Generated by Scripts/password-vectors.py from Django {django.get_version()}; not edited by hand.\n// SPDX-License-Identifier: Apache-2.0\n\n"
    with open(folder / "DjangoHashes.swift", "w") as out:
        print(header + "enum DjangoHashes {", file=out)
        print("    /// A case a line: password, stored text; a tab between.", file=out)
        print('    static let good = """', *(record(*case) for case in good_hashes()), sep="\n", file=out)
        print('        """\n\n    /// All made of `Correct-horse-1`, one a line; none is accepted.', file=out)
        print('    static let refused = """', *(record(text) for text in refused_hashes()), sep="\n", file=out)
        print('        """\n}', file=out)
    with open(folder / "DjangoVerdicts.swift", "w") as out:
        print(header + "enum DjangoVerdicts {", file=out)
        print("    /// A case a line: verdict, minimum length, password, username, e-mail; tabs between.", file=out)
        print('    static let lines = """', *policy_lines(300), '        """\n}', sep="\n", file=out)


main(pathlib.Path(sys.argv[1]))
