"""The core room as a Django app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "glms.core"
    label = "core"
