from datetime import timedelta

import jwt
from constance import config
from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from .models import CustomUser


def access_token(user):
    expires = timezone.now() + timedelta(seconds=config.ACCESS_TOKEN_LIFETIME)
    return jwt.encode({"user_id": user.id, "exp": int(expires.timestamp())}, settings.SECRET_KEY, algorithm="HS256")


class BearerAuthentication(BaseAuthentication):
    def authenticate(self, request):
        prefix, _, token = request.headers.get("Authorization", "").partition(" ")
        if not prefix:
            return None
        if prefix != "Bearer":
            raise AuthenticationFailed("Invalid token prefix")
        try:
            claims = jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])
            return CustomUser.objects.get(id=claims["user_id"]), None
        except jwt.ExpiredSignatureError:
            raise AuthenticationFailed("Token expired")
        except (jwt.InvalidSignatureError, jwt.DecodeError):
            raise AuthenticationFailed("Invalid token")
        except (jwt.InvalidTokenError, CustomUser.DoesNotExist, KeyError, ValueError):
            raise AuthenticationFailed("Invalid credentials")
