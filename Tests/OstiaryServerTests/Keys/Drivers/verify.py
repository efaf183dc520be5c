"""Verifies tokens as other programs do. Arguments: URL of the JWKS, issuer, audience. A line is a JSON object with `library`,
`algorithm` (the one that the program is set up for) and `token`; an answer is {"claims": the claims} or {"refused": why}, with
the `version` of the library."""

import json
import os
import sys
import urllib.request
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")
url, issuer, audience = sys.argv[1:4]


def fetched():
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def pyjwt(token, algorithm):
    import jwt

    key = jwt.PyJWKClient(url).get_signing_key_from_jwt(token)
    return jwt.decode(token, key, algorithms=[algorithm], audience=audience, issuer=issuer)


def joserfc(token, algorithm):
    from joserfc import jwk, jwt

    decoded = jwt.decode(token, jwk.KeySet.import_key_set(fetched()), algorithms=[algorithm])
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer}, aud={"essential": True, "value": audience}, exp={"essential": True}
    ).validate(decoded.claims)
    return decoded.claims


def jwcrypto(token, algorithm):
    from jwcrypto import jwk, jwt

    keys = jwk.JWKSet.from_json(json.dumps(fetched()))
    checked = jwt.JWT(
        jwt=token, key=keys, algs=[algorithm], check_claims={"iss": issuer, "aud": audience, "exp": None}
    )
    return json.loads(checked.claims)


def cryptojwt(token, algorithm):
    from cryptojwt import KeyBundle, KeyJar
    from cryptojwt.jwt import JWT

    jar = KeyJar()
    jar.add_kb(issuer, KeyBundle(keys=fetched()["keys"]))
    claims = JWT(key_jar=jar, iss=audience, allowed_sign_algs=[algorithm]).unpack(token)
    # The library checks signature and time, and leaves the rest to its caller.
    if claims["iss"] != issuer or audience not in claims["aud"]:
        raise ValueError("issuer or audience")
    return claims


def authlib(token, algorithm):
    from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
    from joserfc.jwk import KeySet

    class Validator(JWTBearerTokenValidator):
        def get_jwks(self):
            return KeySet.import_key_set(fetched())

    validator = Validator(issuer=issuer, resource_server=audience)
    claims = validator.authenticate_token(token)
    validator.validate_token(claims, [], None)
    return dict(claims)


def simplejwt(token, algorithm):
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"], SECRET_KEY="x" * 50)
        django.setup()
    from rest_framework_simplejwt.backends import TokenBackend

    return TokenBackend(algorithm, jwk_url=url, audience=audience, issuer=issuer).decode(token)


def jose(token, algorithm):
    from jose import jwt

    return jwt.decode(token, fetched(), algorithms=[algorithm], audience=audience, issuer=issuer)


libraries = {
    "PyJWT": pyjwt,
    "joserfc": joserfc,
    "jwcrypto": jwcrypto,
    "cryptojwt": cryptojwt,
    "Authlib": authlib,
    "djangorestframework-simplejwt": simplejwt,
    "python-jose": jose,
}

# Libraries that print do not get between the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
for line in sys.stdin:
    request = json.loads(line)
    try:
        claims = libraries[request["library"]](request["token"], request["algorithm"])
        answer = {"claims": json.loads(json.dumps(claims, default=str))}
    except Exception as error:
        answer = {"refused": f"{type(error).__name__}: {error}"[:300]}
    answer["version"] = version(request["library"])
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
