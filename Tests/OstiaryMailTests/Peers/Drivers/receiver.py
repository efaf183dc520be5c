"""A mail server by aiosmtpd. usage: receiver.py starttls|login|implicit|plain FOLDER [CERTIFICATE KEY]

Accepts user "me" with password "secret"; without TLS it asks for no login. Writes each message to FOLDER and prints a
line of JSON for it. The local part of a recipient decides what becomes of the message: refused, later, refused-data.
"""

import asyncio
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

mode, folder = sys.argv[1], pathlib.Path(sys.argv[2])
context = None
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])


def say(**words):
    print(json.dumps(words), flush=True)


class Handler:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "refused":
            return "550 5.1.1 no such user"
        if name == "later":
            return "451 4.7.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("refused-data@"):
            return "554 5.7.1 spam"
        Handler.count += 1
        file = folder / f"{Handler.count}.eml"
        file.write_bytes(envelope.original_content)
        say(
            file=str(file), sender=envelope.mail_from, recipient=envelope.rcpt_tos[0], name=session.host_name,
            tls=session.ssl is not None, user=str(session.auth_data or ""),
            connections=Server.connections,
        )
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    if data.login == b"me" and data.password == b"secret":
        return AuthResult(success=True, auth_data=f"me by {mechanism}")
    # Without handled=False it would send nothing.
    return AuthResult(success=False, handled=False)


class Server(SMTP):
    connections = 0

    def connection_made(self, transport):
        # STARTTLS makes the connection a second time.
        if self.session is None:
            Server.connections += 1
        super().connection_made(transport)


options = dict(
    authenticator=authenticate, auth_required=mode != "plain", auth_require_tls=mode != "implicit", enable_SMTPUTF8=False
)
if mode in ("starttls", "login"):
    options |= dict(tls_context=context, require_starttls=True)
if mode == "login":
    options |= dict(auth_exclude_mechanism=["PLAIN"])


async def serve():
    server = await asyncio.get_running_loop().create_server(
        lambda: Server(Handler(), **options), "127.0.0.1", 0, ssl=context if mode == "implicit" else None
    )
    say(port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(serve())
