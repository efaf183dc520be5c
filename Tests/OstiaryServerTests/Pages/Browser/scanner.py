"""A program that opens links in a real browser before their owner does. usage: scanner.py BASE PATH..."""

import sys
import time

from browser import Browser

# The seconds for which a page may go on by itself.
PATIENCE = 1.5


def main():
    base, *paths = sys.argv[1:]
    browser = Browser(base)
    try:
        for path in paths:
            browser.open(path)
            browser.measure("scrollTo(0, document.body.scrollHeight)")
            time.sleep(PATIENCE)
            browser.note()
            assert "token" not in browser.driver.current_url, browser.driver.current_url
            assert path.startswith(browser.path), f"{path} leads to {browser.path}"
            assert browser.all("#form button"), f"no button: {browser.text()}"
            browser.driver.delete_all_cookies()
        assert not browser.entries, "the console is not silent:\n" + "\n".join(browser.entries)
    finally:
        browser.close()


main()
