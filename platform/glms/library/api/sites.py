"""Sites over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from glms.accounts.auth import acting
from glms.core.http import Body, Page
from glms.library import selectors
from glms.library.api.schemas import ErrorOut
from glms.library.models import Document, Site
from glms.library.services import sites

router = Router(tags=["knowledge"])


class SiteCreate(Body):
    url: Annotated[str, Field(min_length=1, max_length=2000)]
    depth: Annotated[int, Field(ge=0, le=3)] = 0
    most_pages: Annotated[int, Field(ge=1, le=500)] = 50
    path_prefix: Annotated[str, Field(max_length=500)] = ""


class SiteOut(Schema):
    id: UUID
    knowledge_id: UUID
    url: str
    depth: int
    most_pages: int
    path_prefix: str
    state: Literal["waiting", "crawling", "done", "failed"]
    pages: int
    error: ErrorOut | None
    synced_at: datetime | None
    created_at: datetime


def _sites(rows: Sequence[Site]) -> list[SiteOut]:
    counted = Document.objects.filter(site__in=[row.pk for row in rows]).values("site").annotate(count=Count("id"))
    pages = {row["site"]: row["count"] for row in counted}
    return [
        SiteOut(
            **{name: getattr(row, name) for name in SiteOut.model_fields if hasattr(row, name)},
            knowledge_id=row.base_id,
            pages=pages.get(row.pk, 0),
        )
        for row in rows
    ]


@router.get("/knowledge/{uuid:knowledge_id}/sites", response=Page[SiteOut])
def site_list(request: HttpRequest, knowledge_id: UUID) -> Page[SiteOut]:
    """The sites of a base, the newest first."""
    base = selectors.base_get(user=acting(request), base_id=knowledge_id)
    return Page(items=_sites(list(base.sites.order_by("-id"))))


@router.post("/knowledge/{uuid:knowledge_id}/sites", response={201: SiteOut})
def site_create(request: HttpRequest, knowledge_id: UUID, body: SiteCreate) -> Status[SiteOut]:
    """Have a web page, or the pages it leads to on its site, read and kept up to date by `sync`."""
    made = sites.site_create(user=acting(request), base_id=knowledge_id, wanted=body.model_dump())
    return Status(201, _sites([made])[0])


@router.post("/sites/{uuid:site_id}/sync", response={202: SiteOut})
def site_sync(request: HttpRequest, site_id: UUID) -> Status[SiteOut]:
    """Read it again."""
    return Status(202, _sites([sites.site_sync(user=acting(request), site_id=site_id)])[0])


@router.delete("/sites/{uuid:site_id}", response={204: None})
def site_delete(request: HttpRequest, site_id: UUID) -> Status[None]:
    """Forget it with its documents."""
    sites.site_delete(user=acting(request), site_id=site_id)
    return Status(204, None)
