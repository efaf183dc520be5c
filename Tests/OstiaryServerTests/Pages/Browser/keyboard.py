"""The same browser, used by somebody who has a keyboard only."""

from browser import Browser
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

# More stops than any page has.
MOST_STOPS = 400

# About how many stops it is from the focus to an element. Only pressing the key shows where the focus really goes.
DISTANCE = """
const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
const stops = all.filter((stop) => stop.checkVisibility() && !stop.disabled);
return stops.indexOf(arguments[0]) - stops.indexOf(document.activeElement);
"""


class Keyboard(Browser):
    """Reaches every element by Tab from where the focus is, and acts on it by Enter, Space and letters."""

    def press_keys(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def reach(self, element):
        """Moves the focus there by Tab alone."""
        self.press_keys(*[Keys.TAB] * max(0, self.driver.execute_script(DISTANCE, element) - 1))
        for _ in range(MOST_STOPS):
            if self.driver.switch_to.active_element == element:
                return
            self.press_keys(Keys.TAB)
        raise AssertionError(f"{self.path}: Tab does not reach {element.get_attribute('outerHTML')[:120]}")

    def fill(self, selector, text):
        self.reach(self.find(selector))
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
        self.press_keys(Keys.DELETE, text)

    def choose(self, selector, text):
        self.reach(self.find(selector))
        self.press_keys(text)

    def follow(self, element):
        with self.leaving():
            self.reach(element)
            self.press_keys(Keys.ENTER)

    def touch(self, selector):
        self.reach(self.find(selector))
        self.press_keys(Keys.SPACE)

    def submit(self, selector):
        with self.leaving():
            self.reach(self.find(selector))
            self.press_keys(Keys.ENTER)
