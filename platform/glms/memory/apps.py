"""The room's place in Django."""

from django.apps import AppConfig


class MemoryConfig(AppConfig):
    name = "glms.memory"
    label = "memory"
