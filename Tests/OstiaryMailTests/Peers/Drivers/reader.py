"""Reads the messages of a folder by Python's own reader of mail, and their HTML by html5lib. usage: reader.py FOLDER

Prints a line of JSON for each: the headers as a person sees them, both parts, and all that is wrong.
"""

import email
import email.policy
import json
import pathlib
import re
import sys

import html5lib

HTML = "{http://www.w3.org/1999/xhtml}"
# No element that loads something, no table, no script, and styles in attributes only.
ALLOWED = set("html head meta title body div p a br".split())
KNOWN = {"lang", "style", "href", "charset", "name", "content"}


def judge_html(text):
    parser = html5lib.HTMLParser()
    tree = parser.parse(text)
    problems = [f"html5lib: {code}" for _, code, _ in parser.errors]
    for element in tree.iter():
        tag = str(element.tag).removeprefix(HTML)
        if tag not in ALLOWED:
            problems.append(f"element {tag}")
        problems += [f"attribute {name}" for name in element.attrib if name not in KNOWN]
        if re.search(r"url\(|import|[^-]width:\s*\d|height:\s*\d+px", element.get("style", "")):
            problems.append(f"style {element.get('style')}")
    links = [element.get("href") for element in tree.iter(f"{HTML}a")]
    return problems, tree.get("lang"), links, "".join(tree.find(f"{HTML}body").itertext())


for file in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
    bytes_ = file.read_bytes()
    message = email.message_from_bytes(bytes_, policy=email.policy.strict)
    problems = []
    parts = list(message.walk())
    types = [part.get_content_type() for part in parts]
    if types != ["multipart/alternative", "text/plain", "text/html"]:
        problems.append(f"parts {types}")
    for part in parts:
        problems += [f"defect {defect}" for defect in part.defects]
        for name, value in part.items():
            problems += [f"{name}: {defect}" for defect in value.defects]
    lines = bytes_.split(b"\r\n")
    if any(b"\n" in line or b"\r" in line for line in lines) or lines[-1]:
        problems.append("a line does not end with CRLF")
    if not bytes_.isascii() or any(len(line) > 998 for line in lines):
        problems.append("a line is too long or no ASCII")
    text, html = (part.get_content().replace("\r\n", "\n") for part in parts[1:3])
    html_problems, lang, links, words = judge_html(html)
    sender = message["from"].addresses[0]
    print(
        json.dumps(
            {
                "file": file.name, "name": sender.display_name, "sender": sender.addr_spec,
                "recipient": message["to"].addresses[0].addr_spec, "subject": str(message["subject"]),
                "date": message["date"].datetime.isoformat(), "id": message["message-id"],
                "language": message["content-language"], "automatic": message["auto-submitted"], "text": text,
                "html": html, "problems": problems + html_problems, "lang": lang, "links": links, "words": words,
            }
        )
    )
