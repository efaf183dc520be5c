"""Walks through the browsable API with a real Chromium. usage: walk.py BASE on|off|keys"""

import json
import sys
import time
import urllib.request

from accessibility import Accessibility
from browser import Browser
from selenium.webdriver.common.keys import Keys

PASSWORD = "correct horse 7 battery"


def api(base, path, document):
    request = urllib.request.Request(
        base + path, json.dumps(document).encode(), {"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)


def expect(truth, what):
    if not truth:
        raise AssertionError(what)


def log_in(browser, email):
    browser.press(".who a")
    browser.fill("#email", email)
    browser.fill("#password", PASSWORD)
    browser.press(".card button")
    expect(browser.user == email, f"logged in as {browser.user}")


def walk(browser, look):
    base, email = browser.base, f"walker-{browser.javascript}@mail.example".lower()

    browser.open("/")
    expect(browser.text(".version") and "/api/register/" in browser.text("pre"), "the version, and a request to try")
    look("landing")
    browser.press(".doors a")
    expect(browser.path == "/api/" and "/api/register/" in browser.text(), "the index names the endpoints")
    look("index")
    browser.open("/api/nowhere/<b>here</b>")
    expect(browser.text("h1") == "Nothing here", "a page for what is not there")
    look("lost")
    browser.open("/docs/errors/#throttled")
    expect(browser.find("#throttled:target").is_displayed(), "each error has its anchor")
    look("errors")

    # Register: first wrong, then right.
    browser.open("/api/register/")
    expect(browser.status == 405 and not browser.find(".answer").is_displayed(), "the refused GET is folded")
    expect("/login/" in browser.find(".operations > p a").get_attribute("href"), "who has an account can log in")
    look("register")
    browser.fill("#post-email", "nobody")
    browser.fill("#post-password", "123")
    browser.press(".send.post")
    field = browser.find("#post-email")
    described = field.get_attribute("aria-describedby").split()[0]
    expect(browser.status == 400 and field.get_attribute("aria-invalid") == "true", "the field is marked")
    expect("Enter an e-mail address" in browser.find(f"#{described}").text, "the message is beside its field")
    expect(field.get_attribute("value") == "nobody", "what was typed stays")
    expect(browser.find("#post-password").get_attribute("value") == "", "a password does not")
    expect(browser.measure("return document.activeElement.id") == "post-email", "the wrong field has the focus")
    expect(len(browser.all(".headers > dl dt")) == 2, "two headers are shown")
    look("register-refused")
    browser.fill("#post-email", email)
    browser.fill("#post-password", PASSWORD)
    browser.press(".send.post")
    expect(browser.status == 200 and email in browser.text("pre"), "registered")
    expect("Your account is ready" in browser.text(".hint"), "and led to the login")

    # Log in, and back where one was.
    browser.open("/api/me/")
    expect(browser.status == 401 and browser.user is None, "a stranger")
    look("me-stranger")
    browser.press(".who a")
    expect("/api/register/" in browser.find(".narrow > p a").get_attribute("href"), "who has no account can create one")
    browser.fill("#email", email)
    browser.fill("#password", "wrong")
    browser.press(".card button")
    expect("wrong" in browser.text(".problem") and browser.find("#email").get_attribute("value") == email, "told why")
    look("login")
    browser.fill("#password", PASSWORD)
    browser.press(".card button")
    expect(browser.path == "/api/me/" and browser.user == email and browser.status == 200, "logged in, and back")
    expect(browser.find("#put-email").get_attribute("value") == email, "the form knows the present value")
    expect("eyJ" not in browser.driver.page_source, "no token on the page")
    look("me")

    # Change the profile by the form and by the raw body.
    browser.fill("#put-username", "Walker <i>")
    browser.press("#put-as-form ~ .panel .send.put")
    expect(browser.status == 200 and '"Walker <i>"' in browser.text("pre"), "changed by the form")
    browser.touch("label[for=put-as-raw]")
    browser.fill("#put-content", '{"username": "raw walker"}')
    browser.press("#put-as-raw ~ .panel:nth-of-type(2) .send.put")
    expect(browser.status == 200 and "raw walker" in browser.text("pre"), "changed by the raw body")
    browser.touch("label[for=put-as-raw]")
    browser.fill("#put-content", '{"username": ')
    browser.press("#put-as-raw ~ .panel:nth-of-type(2) .send.put")
    expect(browser.status == 400 and "parse error" in browser.text(".problem"), "a malformed body")
    expect(browser.find("#put-content").get_attribute("value") == '{"username": ', "the raw text stays")
    look("raw-refused")
    browser.press(".actions form button")
    expect(browser.status == 200 and "renders" in browser.text("pre"), "OPTIONS")
    expect(browser.find("#put-username").get_attribute("value") == "raw walker", "the form has the account still")

    # Another form is refused, and the one beside it keeps the account.
    browser.fill("#delete-password", "wrong")
    browser.press("#delete-as-form ~ .panel .send.delete")
    expect(browser.status == 400 and browser.all("#delete-password-problem"), "not deleted")
    expect(browser.find("#put-email").get_attribute("value") == email, "the other form keeps the address")
    expect(browser.find("#put-username").get_attribute("value") == "raw walker", "and the name")
    look("delete-refused")
    browser.press(".actions a.quiet:nth-of-type(2)")
    expect(browser.status == 200 and '{"id":' in browser.text("pre"), "the bytes of the answer")
    look("bytes")

    # Sessions: end another one.
    other = api(base, "/api/login/", {"email": email, "password": PASSWORD})
    browser.open("/api/sessions/")
    links = browser.all("pre a.s")
    expect(browser.status == 200 and len(links) == 2, "two sessions, each a link")
    look("sessions")
    browser.touch(".confirm > summary")
    expect(not browser.find("[name='_query.all']").is_selected(), "the own session is kept unless one says so")
    look("sessions-delete")
    entries = browser.text("pre").split("{")
    index = next(i for i, entry in enumerate(entries[1:]) if '"current": false' in entry)
    browser.follow(links[index])
    expect(browser.status == 405 and browser.path.startswith("/api/sessions/"), "the page of a session")
    browser.touch(".confirm > summary")
    look("session")
    browser.press(".send.delete")
    expect(browser.status == 204 and browser.user == email, "ended")
    browser.open("/api/sessions/")
    expect(len(browser.all("pre a.s")) == 1, "one session is left")
    request = urllib.request.Request(base + "/api/me/", headers={"Authorization": "Bearer " + other["access_token"]})
    try:
        urllib.request.urlopen(request, timeout=20)
        raise AssertionError("the ended session's token is still accepted")
    except urllib.error.HTTPError as refusal:
        expect(refusal.code == 401, "refused")

    # Try it: the pair of a session of its own, while the browser stays who it is.
    browser.open("/api/login/")
    browser.fill("#post-email", email)
    browser.fill("#post-password", PASSWORD)
    browser.press(".send.post")
    expect(browser.status == 200 and "refresh_token" in browser.text("pre"), "the answer is shown")
    look("login-tried")

    browser.press(".who form button")
    expect(browser.user is None and browser.text(".notice") == "You are logged out.", "logged out, and told so")
    look("logged-out")
    browser.open("/api/me/")
    expect(browser.status == 401, "a stranger again")


def keys(browser):
    """The same with the keyboard only: log in, change the name, log out."""
    base, email = browser.base, "keys@mail.example"
    api(base, "/api/register/", {"email": email, "password": PASSWORD})
    accessibility = Accessibility(browser)

    def tab_to(condition):
        for _ in range(80):
            browser.driver.switch_to.active_element.send_keys(Keys.TAB)
            if browser.measure(f"return document.activeElement.matches({json.dumps(condition)})"):
                return browser.driver.switch_to.active_element
        raise AssertionError(f"no way to {condition} by the keyboard")

    browser.open("/api/me/")
    stops = accessibility.walk("me-stranger")
    browser.open("/api/me/")
    tab_to(".skip").send_keys(Keys.ENTER)
    expect(browser.measure("return document.activeElement.id") == "main", "the skip link leads to the content")
    for path in ("/api/register/", "/api/login/", "/api/refresh/", "/api/logout/", "/login/"):
        browser.open(path)
        accessibility.reach_form(path, is_main=True)
    browser.open("/api/me/")
    with browser.leaving():
        tab_to(".who a").send_keys(Keys.ENTER)
    tab_to("#email").send_keys(email)
    with browser.leaving():
        tab_to("#password").send_keys(PASSWORD, Keys.ENTER)
    expect(browser.user == email, "logged in")
    stops += accessibility.walk("me")
    for path in ("/api/password/", "/api/me/", "/api/sessions/"):
        browser.open(path)
        accessibility.reach_form(path, is_main=path == "/api/password/")
    browser.open("/api/me/")
    tab_to("#put-as-form").send_keys(Keys.ARROW_RIGHT)
    expect(browser.find("#put-content").is_displayed(), "the arrow key opens the raw body")
    browser.driver.switch_to.active_element.send_keys(Keys.ARROW_LEFT)
    with browser.leaving():
        tab_to("#put-username").send_keys("by keys", Keys.ENTER)
    expect(browser.status == 200 and "by keys" in browser.text("pre"), "changed")
    browser.open("/api/sessions/")
    tab_to(".confirm > summary").send_keys(Keys.SPACE)
    with browser.leaving():
        tab_to(".confirm .send.delete").send_keys(Keys.ENTER)
    expect(browser.status == 204, "deleted after a question")
    with browser.leaving():
        tab_to(".who form button").send_keys(Keys.ENTER)
    expect(browser.user is None, "logged out")
    expect(not accessibility.problems, "\n".join(accessibility.problems))
    print(f"figure: stops of the focus = {stops}")


def main():
    base, mode = sys.argv[1:3]
    started = time.monotonic()
    browser = Browser(base, javascript=mode != "off")
    try:
        if mode == "keys":
            keys(browser)
        else:
            accessibility = Accessibility(browser)

            def look(name):
                expect(bool(browser.all(".copy")) == (browser.javascript and bool(browser.all("pre"))), "scripts run or not")
                if browser.javascript:
                    accessibility.check(name)

            walk(browser, look)
            ratio, where = accessibility.lowest
            if browser.javascript:
                print(f"figure: least contrast of {accessibility.texts} texts = {ratio:.2f} ({where})")
            expect(not accessibility.problems, "\n".join(accessibility.problems))
        browser.note()
        expect(not browser.entries, "the console is not silent:\n" + "\n".join(browser.entries))
    finally:
        browser.close()
    print(f"figure: a walk through the pages, scripts {mode} = {time.monotonic() - started:.1f} s")


main()
