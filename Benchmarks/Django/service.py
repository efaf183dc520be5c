"""The five endpoints as a Django service: Django REST framework, PyJWT, rotating refresh tokens in SQLite.

What the benchmark compares with. It is written as such services are, with the database as fast as SQLite makes it while
still keeping what it has acknowledged: a write-ahead log, `synchronous=FULL` and immediate transactions.
"""
import datetime
import os
import uuid

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="a-key-for-the-benchmark-of-64-bytes-0123456789abcdef0123456789abcdef",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_DATABASE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
    },
    USE_TZ=True,
)
django.setup()

import jwt  # noqa: E402
from django.contrib.auth.hashers import check_password, make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models, transaction  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework import exceptions, serializers  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class RefreshToken(models.Model):
    token = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "auth"


class Credentials(serializers.Serializer):
    email = serializers.EmailField()
    password = serializers.CharField(max_length=128)


class Presented(serializers.Serializer):
    refresh_token = serializers.UUIDField()


def profile(user):
    return {"id": user.id, "username": "", "email": user.email}


def pair(user):
    now = timezone.now()
    claims = {"user_id": user.id, "iat": now, "exp": now + datetime.timedelta(hours=30), "jti": str(uuid.uuid4())}
    refresh = RefreshToken.objects.create(user=user, expires_at=now + datetime.timedelta(days=30))
    access = jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")
    return {"access_token": access, "refresh_token": str(refresh.token)}


class Register(APIView):
    def post(self, request):
        data = Credentials(data=request.data)
        data.is_valid(raise_exception=True)
        email, password = data.validated_data["email"], data.validated_data["password"]
        user = User.objects.create(username=email, email=email, password=make_password(password))
        return Response(profile(user))


class Login(APIView):
    def post(self, request):
        data = Credentials(data=request.data)
        data.is_valid(raise_exception=True)
        user = User.objects.filter(email=data.validated_data["email"]).first()
        if user is None or not check_password(data.validated_data["password"], user.password):
            return Response({"error": "Invalid credentials"}, status=401)
        return Response(pair(user))


class Refresh(APIView):
    def post(self, request):
        data = Presented(data=request.data)
        data.is_valid(raise_exception=True)
        now = timezone.now()
        with transaction.atomic():
            live = RefreshToken.objects.filter(
                token=data.validated_data["refresh_token"], spent_at=None, expires_at__gt=now
            )
            found = live.select_related("user").first()
            if found is None or live.update(spent_at=now) != 1:
                return Response({"error": "Invalid refresh token"}, status=400)
            return Response(pair(found.user))


class Me(APIView):
    def get(self, request):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            claims = jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])
            user = User.objects.get(pk=claims["user_id"], is_active=True)
        except (jwt.InvalidTokenError, User.DoesNotExist):
            raise exceptions.PermissionDenied("Invalid token")
        return Response(profile(user))


urlpatterns = [
    path("api/register/", Register.as_view()),
    path("api/login/", Login.as_view()),
    path("api/refresh/", Refresh.as_view()),
    path("api/me/", Me.as_view()),
]
application = get_wsgi_application()

if __name__ == "__main__":
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(RefreshToken)
