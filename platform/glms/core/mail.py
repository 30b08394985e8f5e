"""Mail without a mail server: each message becomes a file that only the instance can read, and the log says where."""

import os
from collections.abc import Sequence
from pathlib import Path

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from glms.core.models import new_id

log = structlog.get_logger(__name__)


class FolderBackend(BaseEmailBackend):
    """Writes each message to `EMAIL_FILE_PATH`; names sort by time."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            path = folder / f"{new_id()}.eml"
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(message.message().as_bytes())
            log.warning("mail_written", file=str(path), subject=message.subject)
        return len(email_messages)
