"""Celery's part: what is deleted for good once a day."""

from celery import shared_task

from glms.files import retention


@shared_task(name="glms.files.tasks.files_sweep")
def files_sweep() -> None:
    """Bytes of no file, and the sandbox's folders of conversations that are gone."""
    retention.bytes_sweep()
    retention.sandbox_forget()
