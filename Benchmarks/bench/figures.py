"""What has to hold, and the tables that say so."""
import json
import pathlib

# name: (what is compared, relation, bound)
PASSES = {
    "me_to_constant": ("`GET /api/me/` at 64 connections ÷ constant Hummingbird route", ">=", 0.85),
    "me_to_django": ("`GET /api/me/` ÷ the Django service", ">=", 20),
    "refresh_to_constant": ("refresh, durable, 64 connections ÷ constant route", ">=", 0.25),
    "refresh_to_django": ("refresh ÷ the Django service", ">=", 30),
    "login_to_raw": ("logins a second ÷ raw Argon2id rate on the same threads", ">=", 0.95),
    "login_busy_to_raw": ("logins a second while `me` is saturated ÷ raw rate", ">=", 0.10),
    "storm_me_p99": ("`me` p99 while 64 clients log in without pause, ms", "<", 10),
    "storm_me_ratio": ("the same ÷ idle", "<", 3),
    "storm_refresh_ratio": ("refresh p99 in the same storm ÷ idle", "<", 3),
    "refused_login": ("a refused login (512 clients) is answered within, p99, ms", "<", 100),
    "idle_private": ("memory idle, private, MiB", "<=", 6),
    "idle_resident": ("memory idle, resident, MiB", "<=", 32),
    "storm_memory": ("resident in the storm beyond idle and 19 MiB per lane, MiB", "<=", 16),
    "reset_memory": ("the same with clients that reset at once, MiB", "<=", 16),
    "start": ("start to first answer with 1,000,000 users, ms", "<=", 100),
    "large_refresh": ("refresh p99 with 10,000,000 users and 30,000,000 sessions ÷ empty", "<=", 2),
    "large_me": ("`me` p99 with them ÷ empty, no session twice", "<=", 2),
    "growth_refresh": ("refresh p99 with 100,000 users ÷ 1,000", "<=", 2),
}

# Beside a Django service on the same database: name: (what is compared, relation, bound on SQLite, bound on PostgreSQL)
BESIDE = {
    "me_to_django": ("`me` in `ask` ÷ Django's `me`", ">=", 5, 3),
    "me_trigger_to_own": ("`me` with `--user-changes trigger` ÷ own mode", ">=", 0.95, 0.95),
    "refresh_to_own": ("refresh in `shared` ÷ own mode", ">=", 0.6, 0.6),
    "refresh_to_django": ("refresh in `shared` ÷ Django's refresh", ">=", 8, 8),
    "first_to_refresh": ("first refresh of a legacy token ÷ a refresh, medians one by one", "<=", 1.5, 1.5),
    "login_to_raw": ("logins a second ÷ raw PBKDF2 of the same rounds on the same threads", ">=", 0.95, 0.95),
    "login_me_p99": ("`me` p99 while 8 clients log in without pause, ms", "<", 10, 10),
    "django_refresh_p99": ("Django's refresh p99 beside our load ÷ alone", "<=", 3, 3),
    "check": ("`ostiary adopt --check` with {users} users, s", "<", 30, 30),
    "migrate": ("longest write of Django while `ostiary migrate` runs with {users} users, s", "<=", 3, 1),
}
ENGINES = ("SQLite", "PostgreSQL")
PASSES |= {f"{name} {engine}": (f"{engine}: {text}", relation, bounds[place])
           for name, (text, relation, *bounds) in BESIDE.items() for place, engine in enumerate(ENGINES)}


def holds(name, value):
    _, relation, bound = PASSES[name]
    return {">=": value >= bound, "<": value < bound, "<=": value <= bound}[relation]


def shown(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def line(name, value):
    text, relation, bound = PASSES[name]
    return f"{'ok  ' if holds(name, value) else 'MISS'} {text}: {shown(value)} ({relation} {bound})"


def page(result):
    """The two tables as Markdown."""
    lines = ["| figure | pass | measured | |", "|---|---|---|---|"]
    for name, value in result["figures"].items():
        text, relation, bound = PASSES[name]
        verdict = "yes" if holds(name, value) else "**no**"
        lines.append(f"| {text} | {relation.replace('>=', '≥').replace('<=', '≤')} {bound} | {shown(value)} | {verdict} |")
    lines += ["", "| route | connections | requests/s | p50 ms | p99 ms | CPU µs |", "|---|---|---|---|---|---|"]
    for row in result["routes"]:
        cells = [row["route"], str(row["connections"])]
        cells += ["–" if row[key] is None else shown(row[key]) for key in ("rate", "p50_ms", "p99_ms", "cpu_us")]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def keep(result, data, page_file):
    """Writes the result as JSON and into the page; what was not measured now is kept from before."""
    if data and pathlib.Path(data).exists():
        before = json.loads(pathlib.Path(data).read_text())
        result = before | result
        result["figures"] = before["figures"] | result["figures"]
        measured = {(row["route"], row["connections"]) for row in result["routes"]}
        result["routes"] = [row for row in before["routes"] if (row["route"], row["connections"]) not in measured] + result["routes"]
    if data:
        pathlib.Path(data).write_text(json.dumps(result, indent=1) + "\n")
    if page_file:
        file = pathlib.Path(page_file)
        before, _, rest = file.read_text().partition("<!-- figures -->\n")
        file.write_text(before + "<!-- figures -->\n" + page(result) + "<!-- end -->" + rest.partition("<!-- end -->")[2])
