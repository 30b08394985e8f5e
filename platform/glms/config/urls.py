"""Every address of the instance."""

from django.urls import include, path, re_path

from glms.config import celery, views
from glms.config.api import api

__all__ = ["celery", "urlpatterns"]  # views send tasks: the application must be there before the first one

urlpatterns = [
    path("api/v1/", api.urls),
    path("_allauth/", include("glms.accounts.urls")),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("metrics", views.metrics),
    re_path(r"^(?P<path>.*)$", views.page),
]
