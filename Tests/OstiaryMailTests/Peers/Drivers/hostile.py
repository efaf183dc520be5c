"""Mail servers that misbehave, each on a port of its own. usage: hostile.py CERTIFICATE KEY CERTIFICATE2 KEY2 NAME...

A name is STEP:DEED. Up to STEP the server does all that is right: connect, tls, ehlo, starttls, secured (the EHLO over
TLS), auth, mail, rcpt, data, message, next (the second message). At STEP it does DEED instead of the reply. Prints a
line "NAME PORT" for each. CERTIFICATE is the server's, CERTIFICATE2 one for another host.
"""

import socket
import ssl
import sys
import threading
import time

certificate, key, other, other_key = sys.argv[1:5]
FOREVER = 3600
# Deeds that take place elsewhere than in the reply.
SPECIAL = ("stripped", "injected", "plain", "name")


def context(*files):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*files)
    return made


def misbehave(connection, deed):
    if deed == "close":
        pass
    elif deed == "silence":
        time.sleep(FOREVER)
    elif deed == "garbage":
        connection.sendall(bytes(range(128, 256)) + b"\r\n")
    elif deed == "http":
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    elif deed == "line":
        while True:
            connection.sendall(b"2" * 65536)
    elif deed == "reply":
        while True:
            connection.sendall(b"250-more\r\n" * 64)
    elif deed == "drip":
        # A byte in time for every step, but never a whole line.
        while True:
            connection.sendall(b"2")
            time.sleep(0.1)
    elif deed == "codes":
        connection.sendall(b"250-a\r\n550 b\r\n")
    elif deed.isdigit():
        connection.sendall(f"{deed} no\r\n".encode())
        time.sleep(FOREVER)
    else:
        raise ValueError(deed)
    connection.close()
    raise ConnectionError


def serve(connection, step, deed, implicit):
    lines = connection.makefile("rb")

    def at(here):
        if here == step and deed not in SPECIAL:
            misbehave(connection, deed)

    def say(text):
        connection.sendall(text.encode() + b"\r\n")

    secure, messages = implicit, 0
    at("connect")
    say("220 hostile")
    while line := lines.readline(65536):
        verb = line.split()[0].upper()
        if verb == b"EHLO":
            at("secured" if secure else "ehlo")
            extensions = ["hostile"]
            if not secure and (step, deed) != ("ehlo", "stripped"):
                extensions.append("STARTTLS")
            if (step, deed) == ("ehlo", "stripped"):
                # One who listens would like a password.
                extensions.append("AUTH PLAIN LOGIN")
            if secure and (step, deed) != ("secured", "stripped"):
                extensions.append("AUTH PLAIN LOGIN")
            say("\r\n".join(f"250-{name}" for name in extensions) + "\r\n250 OK")
        elif verb == b"STARTTLS":
            if (step, deed) == ("starttls", "injected"):
                say("220 go\r\n250 injected")
            elif (step, deed) == ("starttls", "plain"):
                say("220 go")
                time.sleep(0.2)
                say("250 injected")
            else:
                at("starttls")
                say("220 go")
            at("tls")
            files = (other, other_key) if (step, deed) == ("tls", "name") else (certificate, key)
            connection = context(*files).wrap_socket(connection, server_side=True)
            lines, secure = connection.makefile("rb"), True
        elif verb == b"AUTH":
            at("auth")
            say("235 in")
        elif verb == b"MAIL":
            at("mail")
            if messages:
                at("next")
            say("250 ok")
        elif verb == b"RCPT":
            at("rcpt")
            say("250 ok")
        elif verb == b"DATA":
            at("data")
            say("354 go")
            while lines.readline(65536) != b".\r\n":
                pass
            at("message")
            messages += 1
            say("250 ok")
            if (step, deed) == ("idle", "close"):
                connection.close()
                return
            if (step, deed) == ("idle", "421"):
                say("421 idle")
                connection.close()
                return
        elif verb == b"RSET":
            say("250 ok")
        elif verb == b"QUIT":
            say("221 bye")
            return
        else:
            say("500 what")


def listen(name):
    step, deed = name.split(":")
    server = socket.create_server(("127.0.0.1", 0))
    print(name, server.getsockname()[1], flush=True)

    def one(connection):
        try:
            serve(connection, step, deed, False)
        except (OSError, ValueError, IndexError):
            pass
        finally:
            connection.close()

    def run():
        while True:
            threading.Thread(target=one, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=run, daemon=True).start()


for name in sys.argv[5:]:
    listen(name)
print("ready", flush=True)
threading.Event().wait()
