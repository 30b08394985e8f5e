"""The functions room as a Django app."""

from django.apps import AppConfig


class FunctionsConfig(AppConfig):
    name = "glms.functions"
    label = "functions"
