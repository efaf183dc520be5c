"""An application that verifies access tokens by PyJWT and the public keys. Arguments: URL of the JWKS, issuer, audience, port, and the
seconds for which the keys are kept. It answers 200 with the claims, or 401 with the reason; /keys with the ids of the keys."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt

url, issuer, audience, port, lifespan = sys.argv[1:6]
keys = jwt.PyJWKClient(url, lifespan=int(lifespan))


class Application(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/keys":
            return self.answer(200, json.dumps([key.key_id for key in keys.get_jwk_set().keys]).encode())
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            key = keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(token, key, algorithms=["ES256", "RS256"], audience=audience, issuer=issuer)
            self.answer(200, json.dumps(claims).encode())
        except Exception as error:
            self.answer(401, f"{type(error).__name__}: {error}".encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("127.0.0.1", int(port)), Application).serve_forever()
