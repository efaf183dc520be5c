"""Judges tokens by joserfc. Arguments: the JWKS, the algorithm, the moment, issuer, audience. A line is a JSON text with a token; an
answer is `good`, or the reason why it is not."""

import json
import sys
import warnings

warnings.simplefilter("ignore")
from joserfc import jwk, jws, jwt

keys = jwk.KeySet.import_key_set(json.loads(sys.argv[1]))
# Members of a header that nobody knows are ignored (RFC 7515 §4); by default the library refuses them.
headers = jws.JWSRegistry(algorithms=[sys.argv[2]], strict_check_header=False)
now, issuer, audience = sys.argv[3:6]
claims = jwt.JWTClaimsRegistry(
    now=int(now),
    # The server allows clocks a minute, and rounds times down to a second.
    leeway=61,
    iss={"essential": True, "value": issuer},
    aud={"essential": True, "value": audience},
    exp={"essential": True},
)
for line in sys.stdin:
    try:
        claims.validate(jwt.decode(json.loads(line), keys, registry=headers).claims)
        print("good")
    except Exception as error:
        print("".join(letter if " " <= letter <= "~" else "?" for letter in f"{type(error).__name__}: {error}"[:200]))
