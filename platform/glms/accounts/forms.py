"""What a new account says of itself beyond what sign-in needs."""

from typing import Any

from django import forms
from django.http import HttpRequest


class SignupForm(forms.Form):
    name = forms.CharField(max_length=80)

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Called by allauth once the user row exists."""
