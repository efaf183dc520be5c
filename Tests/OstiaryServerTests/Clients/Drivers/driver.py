"""What ClientTests asks of docs/clients/session.py: `driver.py CLIENTS URL STORAGE TIMEOUT COMMAND [ARGUMENT]…`."""

import http.client
import sys

clients, url, storage, timeout, command, *arguments = sys.argv[1:]
sys.path.insert(0, clients)
from session import Session, SignedOut  # noqa: E402

session = Session(url, storage, tries=4, pause=0.02, timeout=float(timeout))


def refresh(count):
    token, done = None, 0
    while done < count:
        try:
            token = session.refresh(token)
            if session.request("GET", "/api/me/")[0] == 200:
                done += 1
                print("refreshed", flush=True)
        except (OSError, http.client.HTTPException):
            pass


try:
    if command == "login":
        session.login(*arguments)
    elif command == "refresh":
        refresh(int(arguments[0]))
    elif command == "me":
        print(session.request("GET", "/api/me/")[0])
    elif command == "logout":
        session.logout()
except SignedOut:
    print("signed out")
