"""The pages of the administration in a real browser: from the setup link to a clerk who cannot climb.

Modes: "on" with scripts, "off" without, "keys" with the keyboard alone.
"""

import json
import sys
import time
import urllib.request

from accessibility import Accessibility
from browser import Browser
from keyboard import Keyboard

PASSWORD = "correct horse 7 battery"
WIDTHS = (320, 1280)


def expect(condition, text):
    assert condition, text


def log_in(browser, email):
    browser.fill("#email", email)
    browser.fill("#password", PASSWORD)
    browser.submit("#password")


def log_out(browser):
    browser.press(".who form button")


def set_up(browser, link, look):
    browser.open(link)
    look("setup")
    browser.fill("[name=email]", "root@example.com")
    browser.fill("[name=password]", PASSWORD)
    browser.submit("[name=password]")
    expect(browser.path == "/admin/", f"set up leads to {browser.path}")
    look("overview")


def add_group(browser, look):
    browser.open("/admin/groups/add/")
    look("add a group")
    browser.fill("[name=name]", "support")
    for name in ("view_user", "change_user"):
        browser.touch(f"[value='ostiary.{name}']")
    browser.submit("[name=name]")
    expect("support" in browser.text(), "the group is there")


def add_user(browser, email, look):
    browser.open("/admin/users/add/")
    look("add a user")
    browser.fill("[name=email]", email)
    browser.fill("[name=password]", PASSWORD)
    browser.submit("[name=email]")
    expect(email in browser.text() and "The account is added." in browser.text(), f"{email} is there")


def add_clerk(browser, look):
    add_user(browser, "clerk@example.com", look)
    browser.touch("[name=is_staff][type=checkbox]")
    browser.touch("[name=groups][type=checkbox]")
    look("a user")
    browser.submit("[name=username]")
    browser.open("/admin/users/2/")
    expect(browser.find("[name=groups][type=checkbox]").is_selected(), "the clerk is in the group")


def tell(browser, text):
    expect(text in browser.text(), f"{browser.path} does not say {text!r}: {browser.text()[:300]}")


def act_on_users(browser, look):
    """User 3 is changed, gets a password, is deactivated among others, and is deleted."""
    add_user(browser, "third@example.com", lambda _: None)
    browser.fill("[name=first_name]", "Ada")
    browser.submit("[name=first_name]")
    tell(browser, "The account is changed.")
    browser.press("[href='/admin/users/3/password/']")
    browser.fill("[name=password]", "another horse 8 battery")
    browser.submit("[name=password]")
    tell(browser, "The password is set")
    browser.open("/admin/users/")
    browser.fill("[name=search]", "third@")
    browser.press(".filters button")
    browser.touch("[name=ids][value='3']")
    browser.choose("[name=action]", "Deactivate and end sessions")
    browser.press(".bulk button")
    look("an action")
    browser.press("#form button")
    tell(browser, "1 account deactivated.")
    browser.press("[href='/admin/users/3/']")
    browser.press("[href='/admin/users/3/delete/']")
    browser.press("#form button.delete")
    tell(browser, "The account is deleted.")


def log_in_elsewhere(browser, times):
    body = json.dumps({"email": "clerk@example.com", "password": PASSWORD}).encode()
    for _ in range(times):
        headers = {"Content-Type": "application/json", "User-Agent": "curl/8.5.0"}
        urllib.request.urlopen(urllib.request.Request(f"{browser.base}/api/login/", body, headers)).close()


def act_on_sessions(browser, look):
    """Of four sessions one ends by its button, one by its box, and the rest with the account's."""
    log_in_elsewhere(browser, 4)
    browser.open("/admin/sessions/?user=2")
    browser.press("[name=only]")
    tell(browser, "1 session ended.")
    browser.touch("[name=ids]")
    browser.press("[name=action][value=ticked]")
    tell(browser, "1 session ended.")
    browser.press("[name=account]")
    look("end all sessions")
    browser.press("[name=confirmed]")
    tell(browser, "No sessions match these filters.")


def act_on_settings(browser, _):
    browser.open("/admin/settings/SESSION_MAX_LIFETIME/")
    browser.fill("[name=value]", "315360000")
    browser.press("[name=do][value=preview]")
    tell(browser, "No session would end.")
    browser.open("/admin/settings/AUDIT_RETENTION/")
    browser.fill("[name=value]", "40")
    browser.press("[name=do][value=save]")
    tell(browser, "The setting is changed.")
    browser.press("[name=do][value=unset]")
    tell(browser, "The setting has its default value again.")


def act_on_groups(browser, look):
    """A second group gets a member, loses it, and is deleted."""
    browser.open("/admin/groups/")
    browser.press("[href='/admin/groups/add/']")
    browser.fill("[name=name]", "guests")
    browser.submit("[name=name]")
    browser.fill("[name=member]", "clerk@example.com")
    browser.press("[name=do][value=add]")
    tell(browser, "is a member of the group")
    look("a group with members")
    browser.touch("[name=ids]")
    browser.press("[name=do][value=remove]")
    tell(browser, "1 account removed from the group.")
    browser.press("a.delete")
    look("delete a group")
    browser.press("#form button.delete")
    tell(browser, "The group is deleted.")


def filter_audit(browser, _):
    browser.open("/admin/audit/")
    browser.choose("[name=event]", "Group created")
    browser.press(".filters button")
    tell(browser, "guests")


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
        if isinstance(browser, Keyboard) and name in ("users", "audit"):
            accessibility.walk(name)
    for act in (act_on_users, act_on_sessions, act_on_settings, act_on_groups, filter_audit):
        act(browser, look)
    log_out(browser)
    climb(browser)


def main():
    base, link, mode = sys.argv[1:4]
    started = time.monotonic()
    browser = Keyboard(base) if mode == "keys" else Browser(base, javascript=mode != "off")
    try:
        accessibility = Accessibility(browser)

        def look(name):
            if mode == "on":
                accessibility.check(f"admin {name}", WIDTHS)

        walk(browser, link, look, accessibility)
        expect(not accessibility.problems, "\n".join(accessibility.problems))
        browser.note()
        expect(not browser.entries, "the console is not silent:\n" + "\n".join(browser.entries))
    finally:
        browser.close()
    print(f"figure: a walk through the administration, mode {mode} = {time.monotonic() - started:.1f} s")


main()
