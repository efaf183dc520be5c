"""Requests to a Django application that uses docs/clients/verifier.py: `web.py CLIENTS CONFIGURATION HEADERS`.

Prints a JSON list for each path: status, body, `WWW-Authenticate` and `Retry-After` for each `Authorization` header."""

import json
import sys

clients, configuration, headers = sys.argv[1:]
sys.path.insert(0, clients)

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.configure(
    OSTIARY=json.loads(configuration), ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="x" * 50,
    INSTALLED_APPS=["rest_framework"], MIDDLEWARE=["verifier.Middleware"],
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": ["verifier.Authentication"], "UNAUTHENTICATED_USER": None})
django.setup()

from django.http import JsonResponse  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.decorators import api_view, permission_classes  # noqa: E402
from rest_framework.permissions import AllowAny, IsAuthenticated  # noqa: E402
from rest_framework.response import Response  # noqa: E402

import verifier  # noqa: E402


def anybody(request):
    return JsonResponse({"sub": request.ostiary["sub"] if request.ostiary else None})


@verifier.required
def members(request):
    return JsonResponse({"sub": request.ostiary["sub"]})


@api_view()
@permission_classes([IsAuthenticated])
def rest_members(request):
    return Response({"sub": request.auth["sub"], "user": str(request.user)})


@api_view()
@permission_classes([AllowAny])
def rest_anybody(request):
    return Response({"sub": request.auth["sub"] if request.auth else None})


urlpatterns = [
    path("anybody", anybody), path("members", members), path("rest-members", rest_members), path("rest-anybody", rest_anybody)]


def answers(name):
    found = []
    for header in json.loads(headers):
        answer = Client().get(f"/{name}", **({} if header is None else {"HTTP_AUTHORIZATION": header}))
        fields = [answer.headers.get(field) for field in ("WWW-Authenticate", "Retry-After")]
        found.append([answer.status_code, answer.json(), *fields])
    return found


results = {name: answers(name) for name in ("anybody", "members")}
with override_settings(MIDDLEWARE=[]):
    results |= {name: answers(name) for name in ("rest-anybody", "rest-members")}
print(json.dumps(results))
