"""`manage.py rotate_secrets`: encrypt every stored secret under the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from glms.core.secrets import ENCRYPTED, SecretUnreadable, rotate


class Command(BaseCommand):
    help = "Encrypt every stored secret under the first key of GLMS_ENCRYPTION_KEYS; afterwards the others may go."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for column in ENCRYPTED:
            name = f"{column.model._meta.label}.{column.column}"
            try:
                changed = rotate(column)
            except SecretUnreadable as error:
                raise CommandError(f"{name}: {error.message}") from error
            self.stdout.write(f"{name}: {changed} encrypted again")
