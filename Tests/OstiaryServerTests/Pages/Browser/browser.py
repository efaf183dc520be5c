"""A headless Chromium that keeps account of what its console says."""

import contextlib
import os
import pathlib
import tempfile

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

# A page whose script would change its title, to see whether scripts run.
SCRIPT_PROBE = "data:text/html,<title>off</title><script>document.title='on'</script>"


class Browser:
    def __init__(self, base, javascript=True, arguments=()):
        self.base, self.javascript = base, javascript
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-extensions", "--window-size=1280,900", f"--user-data-dir={self.profile.name}", *arguments,
        ):
            options.add_argument(argument)
        if not javascript:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.get(SCRIPT_PROBE)
        assert self.driver.title == ("on" if javascript else "off"), "scripts are not as asked for"
        self.entries = []

    def close(self):
        self.driver.quit()
        self.profile.cleanup()

    # Seeing

    def open(self, path):
        self.driver.get(self.base + path)
        self.note()

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector="main"):
        return self.find(selector).text

    @property
    def status(self):
        """Of the answer that the page shows."""
        return int(self.find(".line b").get_attribute("textContent"))

    @property
    def path(self):
        return self.driver.current_url.removeprefix(self.base)

    @property
    def user(self):
        found = self.all(".user")
        return found[0].text if found else None

    def measure(self, script):
        return self.driver.execute_script(script)

    def note(self):
        """Keeps what the console said. The status of a page itself is no mistake of it."""
        for entry in self.driver.get_log("browser"):
            if entry["source"] == "network" and "/assets/" not in entry["message"]:
                continue
            self.entries.append(f"{self.path}: {entry['level']} {entry['message']}")

    # Doing

    def fill(self, selector, text):
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def choose(self, selector, text):
        Select(self.find(selector)).select_by_visible_text(text)

    @contextlib.contextmanager
    def leaving(self):
        """What is done within opens another page; afterwards it is there."""
        now = "return document.readyState === 'complete' ? performance.timeOrigin : null"
        before = self.measure(now)
        yield
        arrived = WebDriverWait(self.driver, 20, 0.02, ignored_exceptions=[WebDriverException])
        arrived.until(lambda _: self.measure(now) not in (None, before))
        self.note()

    def follow(self, element):
        with self.leaving():
            element.click()

    def press(self, selector):
        """A button or a link that opens another page."""
        self.follow(self.find(selector))

    def submit(self, selector):
        """The form of this field."""
        with self.leaving():
            self.find(selector).submit()

    def touch(self, selector):
        """Something that stays on the page."""
        self.find(selector).click()

    def emulate(self, scheme, width, height=900):
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def picture(self, name):
        folder = os.environ.get("OSTIARY_SCREENSHOTS")
        if folder:
            height = self.measure("return document.documentElement.scrollHeight")
            width = self.measure("return innerWidth")
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            scheme = "dark" if self.measure("return matchMedia('(prefers-color-scheme: dark)').matches") else "light"
            self.emulate(scheme, width, min(height, 4000))
            self.driver.save_screenshot(f"{folder}/{name}.png")
