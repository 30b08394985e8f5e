"""`manage.py export_openapi`: the native API's description, as a file under version control."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

TARGET = "docs/openapi.json"


def openapi_text() -> str:
    """The OpenAPI description, always in the same order."""
    api = import_string("glms.config.api.api")  # by name: core stands below config
    return json.dumps(api.get_openapi_schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


class Command(BaseCommand):
    help = f"Write the native API's OpenAPI description to {TARGET}."

    def handle(self, *_args: Any, **_options: Any) -> None:
        path = Path(settings.BASE_DIR) / TARGET
        path.write_text(openapi_text())
        self.stdout.write(f"wrote {TARGET}")
