import uuid
from datetime import timedelta

from constance import config
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone


class CustomUserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class CustomUser(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(unique=True, max_length=320 if settings.LATER else 254)
    username = models.CharField(max_length=150, blank=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    if settings.LATER:
        phone = models.CharField(max_length=32, blank=True, default="")

    objects = CustomUserManager()
    USERNAME_FIELD = "email"


def lifetime():
    return timezone.now() + timedelta(seconds=config.REFRESH_TOKEN_LIFETIME)


class RefreshToken(models.Model):
    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=lifetime)
    user = models.ForeignKey(CustomUser, on_delete=models.CASCADE)

    def is_valid(self):
        return self.expires_at > timezone.now()
