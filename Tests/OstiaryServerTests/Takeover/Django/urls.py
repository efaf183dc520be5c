from auth_api import views
from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/register/", views.Register.as_view()),
    path("api/login/", views.Login.as_view()),
    path("api/refresh/", views.Refresh.as_view()),
    path("api/logout/", views.Logout.as_view()),
    path("api/me/", views.Me.as_view()),
]
