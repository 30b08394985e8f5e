"""Sign-in by django-allauth headless, without the routes that the product does not offer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path

NOT_OFFERED = (
    r"^(?:browser|app)/v1/(?:account/(?:email|phone)|auth/(?:email|phone|code)/.*|auth/2fa/trust|tokens/refresh)$"
)
"""An account's address is its name here; it is neither verified nor changed, so nobody can take on another's."""


def not_offered(_request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [
    re_path(NOT_OFFERED, not_offered),
    path("", include("allauth.headless.urls")),
]
