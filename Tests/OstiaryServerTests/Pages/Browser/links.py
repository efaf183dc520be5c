"""The pages on which the links of messages land, in a real browser. usage: links.py BASE on|off|keys EMAIL PATH..."""

import sys
import time

from accessibility import Accessibility
from browser import Browser
from keyboard import Keyboard

WIDTHS = (320, 1280)


def expect(condition, text):
    assert condition, text


def walk(browser, look, email, verify, reset, login):
    browser.open("/login/")
    browser.press("a[href='/account/forgot/']")
    look("forgot")
    browser.fill("[name=email]", email)
    browser.submit("[name=email]")
    expect("a mail is on its way" in browser.text(), "it says that a mail is on its way")
    look("mail on its way")
    browser.open(verify)
    expect(browser.path == "/account/verify/", f"the address is {browser.path}")
    look("verify")
    browser.press("#form button")
    expect("Your address is confirmed." in browser.text(), browser.text())
    browser.open(login)
    look("login")
    browser.press("#form button")
    browser.open("/api/me/")
    expect(email in browser.text(), "logged in")
    browser.open(reset)
    look("reset")
    browser.fill("[name=new_password]", "12345678")
    browser.submit("[name=new_password]")
    look("reset refused")
    browser.fill("[name=new_password]", "a new one 4 you")
    browser.submit("[name=new_password]")
    expect("Your password is set" in browser.text(), browser.text())
    browser.open(reset)
    expect("does not work" in browser.text(), "a used link")
    look("used")


def main():
    base, mode, email, *paths = sys.argv[1:]
    started = time.monotonic()
    browser = Keyboard(base) if mode == "keys" else Browser(base, javascript=mode != "off")
    try:
        accessibility = Accessibility(browser)

        def look(name):
            if mode == "on":
                accessibility.check(f"link {name}", WIDTHS)

        walk(browser, look, email, *paths)
        expect(not accessibility.problems, "\n".join(accessibility.problems))
        browser.note()
        expect(not browser.entries, "the console is not silent:\n" + "\n".join(browser.entries))
    finally:
        browser.close()
    print(f"figure: a walk through the pages of links, mode {mode} = {time.monotonic() - started:.1f} s")


main()
