"""Runs the programs of docs/guides/protect-your-api.md: `guide.py CLIENTS PLAIN SETTINGS VIEWS GOOD ENDED`.

Prints a JSON list: the answers of the first program to both tokens, then status and account of both views for both."""

import json
import sys
import types

clients, plain, configuration, views, *tokens = sys.argv[1:]
sys.path.insert(0, clients)

names = {"__name__": "guide_program"}
exec(plain, names)
found = [names["answer"](token) for token in tokens]

from django.conf import settings  # noqa: E402

module = types.ModuleType("guide_settings")
exec(configuration, module.__dict__)
module.INSTALLED_APPS, module.ROOT_URLCONF, module.ALLOWED_HOSTS = ["rest_framework"], "guide_urls", ["*"]
module.SECRET_KEY, module.REST_FRAMEWORK = "x" * 50, {**module.REST_FRAMEWORK, "UNAUTHENTICATED_USER": None}
sys.modules["guide_settings"] = module
settings.configure(**{name: value for name, value in vars(module).items() if name.isupper()})

import django  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402

django.setup()
names = {"__name__": "guide_views"}
exec(views, names)
urls = types.ModuleType("guide_urls")
urls.urlpatterns = [path("notes", names["notes"]), path("rest", names["rest_notes"])]
sys.modules["guide_urls"] = urls
for name in ("notes", "rest"):
    for token in tokens:
        answer = Client().get(f"/{name}", HTTP_AUTHORIZATION=f"Bearer {token}")
        found.append([answer.status_code, answer.json().get("account")])
print(json.dumps(found))
