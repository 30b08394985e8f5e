"""The room's place in Django."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "glms.files"
    label = "files"
