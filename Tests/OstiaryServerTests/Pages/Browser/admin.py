"""The pages of the administration in a real browser: from the setup link to a clerk who cannot climb."""

import sys
import time

from accessibility import Accessibility
from browser import Browser

PASSWORD = "correct horse 7 battery"
WIDTHS = (320, 1280)


def expect(condition, text):
    assert condition, text


def log_in(browser, email):
    browser.fill("#email", email)
    browser.fill("#password", PASSWORD)
    with browser.leaving():
        browser.find("#password").submit()


def log_out(browser):
    browser.press(".who form button")


def set_up(browser, link, look):
    browser.open(link)
    look("setup")
    browser.fill("[name=email]", "root@example.com")
    browser.fill("[name=password]", PASSWORD)
    with browser.leaving():
        browser.find("[name=password]").submit()
    expect(browser.path == "/admin/", f"set up leads to {browser.path}")
    look("overview")


def add_group(browser, look):
    browser.open("/admin/groups/add/")
    look("add a group")
    browser.fill("[name=name]", "support")
    for name in ("view_user", "change_user"):
        browser.touch(f"[value='ostiary.{name}']")
    with browser.leaving():
        browser.find("[name=name]").submit()
    expect("support" in browser.text(), "the group is there")


def add_clerk(browser, look):
    browser.open("/admin/users/add/")
    look("add a user")
    browser.fill("[name=email]", "clerk@example.com")
    browser.fill("[name=password]", PASSWORD)
    if browser.find("[name=is_staff][type=checkbox]").is_selected() is False:
        browser.touch("[name=is_staff][type=checkbox]")
    with browser.leaving():
        browser.find("[name=email]").submit()
    expect("clerk@example.com" in browser.text(), "the clerk is there")
    browser.open("/admin/users/2/")
    browser.touch("[name=groups][type=checkbox]")
    look("a user")
    with browser.leaving():
        browser.find("[name=username]").submit()
    browser.open("/admin/users/2/")
    expect(browser.find("[name=groups][type=checkbox]").is_selected(), "the clerk is in the group")


def climb(browser):
    """A clerk sees what the group allows, and cannot touch the administrator."""
    browser.open("/login/?next=%2Fadmin%2F")
    log_in(browser, "clerk@example.com")
    browser.open("/admin/users/")
    expect("root@example.com" in browser.text(), "a clerk sees users")
    for path in ("/admin/sessions/", "/admin/settings/", "/admin/audit/", "/admin/groups/add/"):
        browser.open(path)
        expect(not browser.all("main table"), f"{path} is open to a clerk")
    browser.open("/admin/users/1/")
    expect(not browser.all("main form [name=is_superuser]:not([disabled])"), "a clerk has a form for an administrator")


def walk(browser, link, look, accessibility):
    set_up(browser, link, look)
    add_group(browser, look)
    add_clerk(browser, look)
    for name, path in (
        ("users", "/admin/users/"), ("password", "/admin/users/2/password/"), ("delete", "/admin/users/2/delete/"),
        ("sessions", "/admin/sessions/"), ("settings", "/admin/settings/"),
        ("setting", "/admin/settings/ACCESS_TOKEN_LIFETIME/"), ("groups", "/admin/groups/"),
        ("group", "/admin/groups/1/"), ("audit", "/admin/audit/"), ("nothing", "/admin/users/77/"),
    ):
        browser.open(path)
        look(name)
        if browser.javascript and name in ("users", "audit"):
            accessibility.walk(name)
    log_out(browser)
    climb(browser)


def main():
    base, link, mode = sys.argv[1:4]
    started = time.monotonic()
    browser = Browser(base, javascript=mode != "off")
    try:
        accessibility = Accessibility(browser)

        def look(name):
            if browser.javascript:
                accessibility.check(f"admin {name}", WIDTHS)

        walk(browser, link, look, accessibility)
        expect(not accessibility.problems, "\n".join(accessibility.problems))
        browser.note()
        expect(not browser.entries, "the console is not silent:\n" + "\n".join(browser.entries))
    finally:
        browser.close()
    print(f"figure: a walk through the administration, scripts {mode} = {time.monotonic() - started:.1f} s")


main()
