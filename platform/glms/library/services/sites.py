"""What can be done with sites: have them read, read again, forget them."""

from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from glms.accounts.models import User
from glms.core.errors import InvalidRequest
from glms.library.filing import documents_drop
from glms.library.jobs import job_add
from glms.library.models import Document, JobKind, Site
from glms.library.selectors import base_to_edit, require_editor, site_get
from glms.outbound.errors import UrlNotAllowed
from glms.outbound.urls import parse

log = structlog.get_logger(__name__)

MAX_SITES = 50


@transaction.atomic
def site_create(*, user: User, base_id: UUID, wanted: dict[str, Any]) -> Site:
    """Have a page, or the pages it leads to, read in the background. Raises NotFound, Forbidden, InvalidRequest."""
    base = base_to_edit(user=user, base_id=base_id)
    if Site.objects.filter(base=base).count() >= MAX_SITES:
        raise InvalidRequest(f"A base may have {MAX_SITES} sites; delete one first.", param="url")
    try:
        url = str(parse(wanted["url"].partition("#")[0]))
    except UrlNotAllowed as error:
        raise InvalidRequest(error.message, code=error.code, param="url") from error
    site = Site.objects.create(base=base, workspace_id=base.workspace_id, **{**wanted, "url": url})
    _sync(site)
    log.info("site_created", base=str(base.pk), site=str(site.pk))
    return site


@transaction.atomic
def site_sync(*, user: User, site_id: UUID) -> Site:
    """Read it again: changed pages are taken in, pages that are gone are forgotten. Raises NotFound, Forbidden."""
    site = site_get(user=user, site_id=site_id)
    require_editor(user, site.base)
    if _sync(site):
        site.state, site.error = "waiting", None
        site.save(update_fields=["state", "error", "updated_at"])
    return site


@transaction.atomic
def site_delete(*, user: User, site_id: UUID) -> None:
    """Forget it with its documents. Raises NotFound, Forbidden."""
    site = site_get(user=user, site_id=site_id)
    require_editor(user, site.base)
    documents_drop(site.base_id, list(Document.objects.filter(site=site)))
    site.delete()
    log.info("site_deleted", site=str(site_id))


def _sync(site: Site) -> bool:
    return job_add(JobKind.CRAWL, base_id=site.base_id, site=site)
