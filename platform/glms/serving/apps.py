"""The serving room as a Django app."""

from django.apps import AppConfig


class ServingConfig(AppConfig):
    name = "glms.serving"
    label = "serving"
