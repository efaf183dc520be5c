"""Text as mdoc(7) source."""
import re
import textwrap
import time


def escaped(text):
    """Text without a meaning for roff; characters beyond ASCII as escapes, which every formatter reads."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return "".join(char if ord(char) < 128 else f"\\[u{ord(char):04X}]" for char in text)


def lines(text):
    """Lines of at most 78 bytes; each sentence begins one."""
    found = []
    for paragraph in filter(str.strip, text.split("\n")):
        if found:
            found.append(".Pp")
        for sentence in re.split(r"(?<=[.?!])\s+", paragraph.strip()):
            for line in textwrap.wrap(escaped(sentence), 78, break_long_words=False, break_on_hyphens=False):
                found.append("\\&" + line if line[0] in ".'" else line)
    return found


def head(name, section, about, epoch):
    date = time.strftime("%B %d, %Y", time.gmtime(epoch)).replace(" 0", " ")
    return [f".Dd {date}", f".Dt {name.upper()} {section}", ".Os", ".Sh NAME", f".Nm {name}", f".Nd {about}"]


def items(pairs, kind="tag -width Ds"):
    """A list; each item is a head of macros and a text."""
    pairs = list(pairs)
    if not pairs:
        return []
    found = [f".Bl -{kind}"]
    for macros, text in pairs:
        found.append(f".It {macros}")
        found += lines(text) if text else []
    return found + [".El"]


def literal(text):
    """An example, as it is typed."""
    return [".Bd -literal -offset indent", *(escaped(line) for line in text.splitlines()), ".Ed"]
