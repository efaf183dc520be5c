"""A program that opens links in a real browser before their owner does. usage: scanner.py BASE PATH..."""

import sys
import time

from browser import Browser

# The seconds for which a page may go on by itself.
PATIENCE = 1.5


def fault(browser, path):
    """Of the page on which a link lands; None if there is none."""
    browser.open(path)
    browser.measure("scrollTo(0, document.body.scrollHeight)")
    time.sleep(PATIENCE)
    browser.note()
    if not path.startswith(browser.path) or "token" in browser.path:
        return f"it leads to {browser.path}"
    if not browser.all("#form button"):
        return f"no button: {browser.text()}"
    return None


def main():
    base, *paths = sys.argv[1:]
    browser = Browser(base)
    faults = []
    try:
        for path in paths:
            found = fault(browser, path)
            if found:
                faults.append(f"{path}: {found}")
            browser.driver.delete_all_cookies()
    finally:
        browser.close()
    faults += browser.entries
    assert not faults, "\n".join(faults)


main()
