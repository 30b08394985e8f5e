"""The agents room as a Django app."""

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "glms.agents"
    label = "agents"
