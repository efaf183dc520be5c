from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from .models import CustomUser, RefreshToken


@admin.register(CustomUser)
class CustomUserAdmin(UserAdmin):
    ordering = ["id"]
    list_display = ["email", "username", "is_active", "is_staff"]
    search_fields = ["email", "username"]
    fieldsets = [
        (None, {"fields": ["email", "password", "username", "first_name", "last_name"]}),
        ("Permissions", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Important dates", {"fields": ["last_login"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["email", "password1", "password2"]})]


admin.site.register(RefreshToken)
