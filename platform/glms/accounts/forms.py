"""What a new account says of itself beyond what sign-in needs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from glms.core.text import visible_name


class SignupForm(forms.Form):
    """Extra fields of sign-up: the person's name, and an invitation's token where sign-up is closed."""

    name = forms.CharField()
    invitation = forms.CharField(required=False, max_length=100)

    def clean_name(self) -> str:
        try:
            return visible_name(self.cleaned_data["name"])
        except ValueError as error:
            raise ValidationError(str(error), code="invalid_name") from error

    def signup(self, request: HttpRequest, user: Any) -> None:
        """allauth asks for this hook; `services.account_open` has done all by then."""
