"""Writes the manual pages ostiary(1) and ostiary.json(5) from what the program tells of itself.

usage: manual.py BINARY FOLDER
"""
import json
import pathlib
import re
import sys
import tempfile

from mdoc import head, items, lines, literal
from release import ROOT, Release

# Every command has these; they are explained once.
COMMON = {"--version", "--help"}


def flag(argument):
    """The macros of a flag or an argument."""
    if argument["kind"] == "positional":
        return f"Ar {argument['valueName']}" + (" ..." if argument["isRepeating"] else "")
    names = sorted(argument["names"], key=lambda name: name["kind"] != "short")
    spelled = [f"Fl {name['name'] if name['kind'] == 'short' else '-' + name['name']}" for name in names]
    return " , ".join(spelled) + (f" Ar {argument['valueName']}" if argument["kind"] == "option" else "")


def meaning(argument):
    text = argument.get("abstract", "")
    if argument.get("allValues"):
        text += f" Values: {', '.join(argument['allValues'])}."
    if argument.get("defaultValue") and argument["kind"] == "option":
        text += f" Default: {argument['defaultValue']}."
    return text.strip()


def long_name(argument):
    return f"--{argument['preferredName']['name']}" if argument["kind"] != "positional" else ""


def commands(command, path=()):
    """All commands that are shown, each with its path."""
    for sub in command.get("subcommands", []):
        if sub["shouldDisplay"] and sub["commandName"] != "help":
            yield (*path, sub["commandName"]), sub
            yield from commands(sub, (*path, sub["commandName"]))


def exit_codes():
    """The rows of the page for operators."""
    page = (ROOT / "docs/operating/when-something-is-wrong.md").read_text()
    table = page.split("## Exit codes\n")[1].split("\n\n")[0]
    return re.findall(r"^\| (\d+) \| (.*) \|$", table, re.MULTILINE)


def ostiary(release):
    root = json.loads(release.print("--experimental-dump-help"))["command"]
    page = head("ostiary", 1, "authentication server", release.epoch)
    page += [".Sh SYNOPSIS", ".Nm", ".Ar command", ".Op Ar flags", ".Sh DESCRIPTION", ".Nm"]
    page += ["is an authentication server: people register, log in, stay logged in by",
             "rotating refresh tokens, log out, and own their profile.",
             "The keys of its configuration and the settings that change while it runs are",
             "explained in", ".Xr ostiary.json 5 .", ".Sh COMMANDS"]
    hidden = {}
    for path, command in commands(root):
        page.append(".Ss " + " , ".join([" ".join(path), *command.get("aliases", [])]))
        page += lines(command.get("abstract", ""))
        if command.get("discussion"):
            page += [".Pp", *lines(command["discussion"])]
        shown = [a for a in command.get("arguments", []) if a["shouldDisplay"] and long_name(a) not in COMMON]
        page += items((flag(argument), meaning(argument)) for argument in shown)
        hidden |= {long_name(a): a for a in command.get("arguments", []) if not a["shouldDisplay"] and a.get("abstract")}
    everywhere = [a for a in root["arguments"] if long_name(a) in COMMON]
    page += [".Sh FLAGS OF ALL COMMANDS", *items((flag(a), meaning(a)) for a in everywhere)]
    page += [".Sh FLAGS OF THE CONFIGURATION", "Commands that work on the data of a server, or judge its configuration, take its",
             "flags, too; they are listed by", ".Fl -help-hidden ."]
    page += items((flag(hidden[name]), meaning(hidden[name])) for name in sorted(hidden))
    page += [".Sh ENVIRONMENT", "Each flag of the configuration has a variable, and each variable one that",
             "names a file:",
             ".Ev OSTIARY_PORT", "and", ".Ev OSTIARY_PORT_FILE .", "A flag overrides a variable, which overrides the file of",
             ".Fl -config ."]
    page += [".Sh FILES", *items([
        ("Pa /etc/ostiary/ostiary.json", "The configuration of the service of the package."),
        ("Pa /var/lib/ostiary", "The data of that service: the database and the generated keys."),
    ])]
    page += [".Sh EXIT STATUS", *items((code, text) for code, text in exit_codes())]
    page += [".Sh EXAMPLES", "Serve on the loopback address with data in", ".Pa ./data :", *literal("ostiary serve"),
             "Ask whether the service of the package is ready:",
             *literal("ostiary check --ready --config /etc/ostiary/ostiary.json")]
    page += [".Sh SEE ALSO", ".Xr ostiary.json 5"]
    return "\n".join(page) + "\n"


def keys(release):
    """Name, text and example of each key, as the sample of a configuration has them."""
    pairs = json.loads(release.print("config", "sample"), object_pairs_hook=list)[1:]
    return [(name.removeprefix("// "), text, example) for (name, text), (_, example) in zip(pairs[::2], pairs[1::2])]


def settings(release):
    with tempfile.TemporaryDirectory() as folder:
        release.print("migrate", "--data-dir", f"{folder}/data")
        return json.loads(release.print("settings", "list", "--json", "--data-dir", f"{folder}/data"))


def configuration(release):
    page = head("ostiary.json", 5, "configuration of an authentication server", release.epoch)
    page += [".Sh DESCRIPTION", ".Nm", "is one JSON object of at most 64 KiB, whose keys are the names of the flags of",
             ".Xr ostiary 1 .", "Keys that begin with", ".Ql //", "are comments; each needs a name of its own.",
             "A flag overrides an environment variable, which overrides this file.",
             "The text of each key tells its variable and its default.",
             "The file is read when the server starts.", ".Sh KEYS"]
    page += items((f"Cm {name}", f"{text} Example: {example}" if example else text)
                  for name, text, example in keys(release))
    page += [".Sh SETTINGS", "These values change while servers run.", "They are not kept in this file, but by",
             ".Ql ostiary settings set .", "A variable", ".Ev OSTIARY_", "with the name behind it pins one."]
    rows = []
    for row in settings(release):
        unit = f" {row['unit']}" if row["unit"] else ""
        rows.append((f"Cm {row['name']}", f"{row['help']} Range: {row['range']}{unit}; default: {row['default']}."))
    page += items(rows)
    page += [".Sh FILES", *items([("Pa /etc/ostiary/ostiary.json", "The file of the service of the package.")])]
    page += [".Sh EXAMPLES", *literal(
        '{\n  "port": 8001,\n  "trusted-hops": 1,\n  "public-url": "https://id.example.com"\n}'),
        "See what is in force, and check it:",
        *literal("ostiary config show --config /etc/ostiary/ostiary.json\n"
                 "ostiary config check --config /etc/ostiary/ostiary.json")]
    page += [".Sh SEE ALSO", ".Xr ostiary 1"]
    return "\n".join(page) + "\n"


def write(release, folder):
    for name, text in [("ostiary.1", ostiary(release)), ("ostiary.json.5", configuration(release))]:
        (pathlib.Path(folder) / name).write_text(text)


if __name__ == "__main__":
    write(Release(sys.argv[1], is_dated=False), sys.argv[2])
