"""What can be measured of a page's accessibility."""

import importlib.util
import os
import pathlib

from selenium.webdriver.common.keys import Keys

CONTRAST = """
const parse = (text) => {
  const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
  return {r, g, b, a};
};
const over = (front, back) => ({
  r: front.r * front.a + back.r * (1 - front.a), g: front.g * front.a + back.g * (1 - front.a),
  b: front.b * front.a + back.b * (1 - front.a), a: 1,
});
const ground = (element) => {
  const layers = [];
  for (let e = element; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
  return layers.reverse().reduce((back, front) => over(front, back), {r: 255, g: 255, b: 255, a: 1});
};
const luminance = ({r, g, b}) => {
  const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const ratio = (color, element) => {
  const back = ground(element);
  const [a, b] = [luminance(over(parse(color), back)), luminance(back)].sort((a, b) => b - a);
  return (a + 0.05) / (b + 0.05);
};
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.data.trim() || !element.checkVisibility({visibilityProperty: true})) continue;
  found.push([ratio(getComputedStyle(element).color, element), node.data.trim().slice(0, 40)]);
}
for (const field of document.querySelectorAll("input, textarea, select")) {
  if (!field.checkVisibility()) continue;
  found.push([ratio(getComputedStyle(field).color, field), field.id]);
  if (field.placeholder) found.push([ratio(getComputedStyle(field, "::placeholder").color, field), field.id + " placeholder"]);
}
found.sort((a, b) => a[0] - b[0]);
return [found.length, found.slice(0, 3)];
"""

STRUCTURE = """
const wrong = [];
for (const field of document.querySelectorAll("input:not([type=hidden], [hidden]), textarea, select"))
  if (![...field.labels].some((label) => label.innerText.trim())) wrong.push("no label: " + field.outerHTML.slice(0, 90));
for (const control of document.querySelectorAll("button, a"))
  if (!control.innerText.trim() && !control.getAttribute("aria-label")) wrong.push("no name: " + control.outerHTML.slice(0, 90));
for (const element of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
  for (const id of (element.getAttribute("aria-describedby") ?? element.getAttribute("aria-labelledby")).split(" "))
    if (!document.getElementById(id)) wrong.push("no element " + id);
const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
if (new Set(ids).size !== ids.length) wrong.push("an id twice");
let level = 0;
for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
  const own = Number(heading.tagName[1]);
  if (own > level + 1) wrong.push("heading out of order: " + heading.innerText);
  level = own;
}
if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
for (const landmark of ["header", "main", "footer", "nav"])
  if (!document.querySelector(landmark)) wrong.push("no " + landmark);
if (!document.documentElement.lang || !document.title) wrong.push("no language or title");
if (document.querySelector("[style], style, script:not([src])")) wrong.push("inline style or script");
for (const handler of document.querySelectorAll("*"))
  for (const attribute of handler.attributes) if (attribute.name.startsWith("on")) wrong.push("inline handler");
return wrong;
"""

LAYOUT = """
const wrong = [];
if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than the window");
const main = document.querySelector("main");
const edge = main.getBoundingClientRect().left + parseFloat(getComputedStyle(main).paddingLeft);
const brand = document.querySelector(".brand").getBoundingClientRect().left;
if (Math.abs(edge - brand) > 1) wrong.push(`the header begins at ${brand} px, the content at ${edge} px`);
for (const frame of document.querySelectorAll(".copyable")) {
  const [code, button] = [...frame.children].map((child) => child.getBoundingClientRect());
  if (button.left < code.right && button.right > code.left && button.top < code.bottom && button.bottom > code.top)
    wrong.push("Copy covers the code");
}
return wrong;
"""

# The number of stops of the focus up to the link that skips to the form, counted from the top of the page.
SKIP = """
const stops = [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
return stops.findIndex((stop) => stop.matches(".skip[href='#form']")) + 1;
"""

IN_FORM = "return document.activeElement.matches('#form input, #form select, #form textarea, summary#form')"

UNFOLD = "for (const e of document.querySelectorAll('details:not([open])')) e.dataset.folded = e.open = true"
FOLD = "for (const e of document.querySelectorAll('[data-folded]')) { e.open = false; delete e.dataset.folded; }"

FOCUSED = """
const e = document.activeElement, s = getComputedStyle(e);
const seen = e.matches(".tabs > input") ? getComputedStyle(e.nextElementSibling) : s;
const box = e.getBoundingClientRect();
return [e === document.body ? null : [...document.querySelectorAll("*")].indexOf(e), e.outerHTML.slice(0, 70),
  seen.outlineStyle !== "none" && parseFloat(seen.outlineWidth) >= 2, box.width > 0 && box.height > 0];
"""

AXE = pathlib.Path(importlib.util.find_spec("axe_core_python").submodule_search_locations[0], "axe.min.js")


# A usual run asks axe-core once at each width, in both schemes; a long run in each scheme at each width.
AXE_VIEWS = {("light", 320), ("dark", 375), ("light", 1280), ("dark", 1920)}
IS_THOROUGH = float(os.environ.get("OSTIARY_TEST_SCALE") or 1) > 1


class Accessibility:
    def __init__(self, browser):
        self.browser = browser
        self.problems, self.texts, self.lowest = [], 0, (99.0, "")

    def check(self, name, widths=(320, 375, 1280, 1920)):
        """Every measure of the page that is open, in both colour schemes, wide and narrow, with nothing folded up."""
        browser = self.browser
        for scheme in ("light", "dark"):
            for width in widths:
                browser.emulate(scheme, width)
                browser.picture(f"{name}-{scheme}-{width}")
                here = f"{name}, {scheme}, {width}"
                browser.measure(UNFOLD)
                count, least = browser.measure(CONTRAST)
                self.texts += count
                self.lowest = min(self.lowest, (least[0][0], f"{here}: {least[0][1]}"))
                self.problems += [f"{here}: contrast {ratio:.2f} of {text!r}" for ratio, text in least if ratio < 4.5]
                self.problems += [f"{here}: {wrong}" for wrong in browser.measure(LAYOUT)]
                if IS_THOROUGH or (scheme, width) in AXE_VIEWS:
                    self.axe(here)
                browser.measure(FOLD)
        browser.emulate("light", 1280)
        browser.measure(UNFOLD)
        self.problems += [f"{name}: {wrong}" for wrong in browser.measure(STRUCTURE)]
        browser.measure(FOLD)

    def axe(self, name):
        driver = self.browser.driver
        if not self.browser.measure("return 'axe' in window"):
            driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE.read_text()})
        violations = driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run(document, {resultTypes: ['violations']}).then((r) => done(r.violations.map("
            "(v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 100)).slice(0, 3).join(' '))));")
        self.problems += [f"{name}: axe {violation}" for violation in violations]

    def reach_form(self, name, is_main):
        """The form of the page that is open, within three stops; where it is the content, it has the focus, in sight."""
        browser = self.browser
        if is_main:
            browser.emulate("light", 320, 568)
            browser.driver.refresh()
            seen = browser.measure("return document.activeElement.getBoundingClientRect().bottom")
            if not browser.measure(IN_FORM):
                self.problems.append(f"{name}: the form does not have the focus")
            if seen > 568 or browser.measure("return scrollY"):
                self.problems.append(f"{name}: the form is below the first screen of a phone")
            browser.emulate("light", 1280)
        stops = browser.measure(SKIP)
        if not stops:
            self.problems.append(f"{name}: no link skips to the form")
            return
        browser.measure("document.querySelector('.skip[href=\\'#form\\']').focus()")
        browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
        if not browser.measure(IN_FORM):
            browser.driver.switch_to.active_element.send_keys(Keys.TAB)
            stops += 1
        if stops > 3 or not browser.measure(IN_FORM):
            self.problems.append(f"{name}: the form is not within three stops")

    def walk(self, name):
        """With the keyboard only, from the top of the page to its end."""
        browser, before, steps = self.browser, -1, 0
        browser.driver.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
        while steps < 200:
            browser.driver.switch_to.active_element.send_keys(Keys.TAB)
            place, element, is_marked, is_visible = browser.measure(FOCUSED)
            if place is None or place <= before and steps > 0 and "skip" in element:
                break
            if steps == 0 and "skip" not in element:
                self.problems.append(f"{name}: the first stop is {element}")
            if place < before:
                self.problems.append(f"{name}: the focus jumps back to {element}")
            if not is_marked or not is_visible:
                self.problems.append(f"{name}: the focus is not seen on {element}")
            before, steps = place, steps + 1
        if steps < 8:
            self.problems.append(f"{name}: only {steps} stops")
        return steps
