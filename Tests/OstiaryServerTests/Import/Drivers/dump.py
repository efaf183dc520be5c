"""Prints what `manage.py dumpdata` of a real Django prints for some users. usage: dump.py json|jsonl"""

import sys

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

call_command("migrate", verbosity=0)
hasher = PBKDF2PasswordHasher()
group = Group.objects.create(name="people of 'the' {house}")
for number in range(2_500):
    encoded = hasher.encode(f"password of {number}", hasher.salt(), 1_000)
    user = User(
        id=10_000 + number, username=f'Ünï "{number}" {{[', email=f"Person{number}@Example.com", password=encoded,
        is_active=number != 3, is_staff=number == 4, last_login=timezone.now())
    if number == 5:
        user.set_unusable_password()
    if number == 6:
        user.email = ""
    user.save()
    user.groups.add(group)
call_command("dumpdata", "auth", format=sys.argv[1], indent=2 if sys.argv[1] == "json" else None)
