from django.conf import settings
from django.contrib.auth import authenticate
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from .authentication import access_token
from .models import RefreshToken
from .serializers import LoginSerializer, RefreshSerializer, RegisterSerializer, UserSerializer


def refused(text, status):
    return Response({"error": text}, status=status)


class Register(APIView):
    def post(self, request):
        serializer = RegisterSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)


class Login(APIView):
    def post(self, request):
        serializer = LoginSerializer(data=request.data)
        user = authenticate(**serializer.validated_data) if serializer.is_valid() else None
        if user is None:
            return refused("Invalid credentials", 401)
        return Response({
            "access_token": access_token(user), "refresh_token": str(RefreshToken.objects.create(user=user).token),
        })


def presented(request):
    serializer = RefreshSerializer(data=request.data)
    if not serializer.is_valid():
        raise RefreshToken.DoesNotExist
    return RefreshToken.objects.select_related("user").get(token=serializer.validated_data["refresh_token"])


class Refresh(APIView):
    """As such services do it: the token is read, checked, replaced and deleted, each in a transaction of its own."""

    def post(self, request):
        try:
            token_obj = presented(request)
            if not token_obj.is_valid():
                raise RefreshToken.DoesNotExist
            if settings.GUARDED and not RefreshToken.objects.filter(pk=token_obj.pk).delete()[0]:
                raise RefreshToken.DoesNotExist
            new_token = RefreshToken.objects.create(user=token_obj.user)
            if not settings.GUARDED:
                token_obj.delete()
        except RefreshToken.DoesNotExist:
            return refused("Invalid refresh token", 400)
        return Response({"access_token": access_token(token_obj.user), "refresh_token": str(new_token.token)})


class Logout(APIView):
    def post(self, request):
        try:
            presented(request).delete()
        except RefreshToken.DoesNotExist:
            return refused("Invalid refresh token", 400)
        return Response({"success": "User logged out."})


class Me(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response(UserSerializer(request.user).data)

    def put(self, request):
        serializer = UserSerializer(request.user, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)
