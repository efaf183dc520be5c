"""Logs in with Chromium behind a proxy, on two hosts. Usage: login.py PORT HOST on|off EMAIL PASSWORD"""

import html
import json
import pathlib
import sys
from urllib.parse import quote, unquote

sys.path.append(str(pathlib.Path(__file__).parents[2] / "Pages" / "Browser"))

from browser import Browser  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

port, host, mode, email, password = sys.argv[1:]
arguments = [f"--host-resolver-rules=MAP * 127.0.0.1:{port}", "--ignore-certificate-errors"]
# An address with what is lost on many ways: an ampersand, an encoded and a plain umlaut, a plus, and a fragment.
ASKED = "/app/list?a=1&b=%26%23&name=Käufer&sum=1+1#part=2&x"
REACHED = "/app/list?a=1&b=%26%23&name=K%C3%A4ufer&sum=1+1#part=2&x"
own, other = "https://id.example.com", f"https://{host}"


def arrive(browser, address):
    """Waits until the browser is there, and gives what the application was told."""
    WebDriverWait(browser.driver, 20, 0.05).until(
        lambda driver: driver.current_url == address, f"{browser.driver.current_url} is not {address}")
    told = json.loads(browser.text("body"))
    assert told["path"] == "/app/list" and unquote(told["query"]) == "a=1&b=&#&name=Käufer&sum=1+1", told
    assert told["environ"]["HTTP_X_AUTH_EMAIL"] == email, told
    assert "ostiary-" not in told["environ"].get("HTTP_COOKIE", ""), told


def log_in(browser):
    WebDriverWait(browser.driver, 20, 0.05).until(lambda driver: driver.title.startswith("Log in"), "no form")
    assert browser.driver.current_url.startswith(f"{own}/login/?back="), browser.driver.current_url
    browser.fill("#email", email)
    browser.fill("#password", password)
    browser.submit("#password")


def follow_link(browser, address):
    """By a link of another site: the browser does not send the cookie of the session with the first request."""
    browser.driver.get(f"data:text/html,<a id=link href='{html.escape(quote(address))}'>x</a>")
    browser.find("#link").click()


def run(first, second):
    """Logs in on the way to one host; the other one then needs no login."""
    browser = Browser(own, mode == "on", arguments)
    try:
        browser.driver.get(first + ASKED)
        log_in(browser)
        arrive(browser, first + REACHED)
        # Without scripts a page that leads on cannot know the fragment.
        whole = mode == "on"
        follow_link(browser, second + ASKED)
        arrive(browser, second + (REACHED if whole else REACHED.partition("#")[0]))
        browser.driver.get(first + ASKED)
        arrive(browser, first + REACHED)
    finally:
        browser.close()


run(own, other)
run(other, own)
print("done")
