"""Reads a site: from its first page along its links, as far as it was told and as robots.txt allows."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from glms.core.text import file_name
from glms.library import indexing, shelf
from glms.library.attempts import Attempt, Failed
from glms.library.filing import document_enqueue, documents_drop
from glms.library.jobs import DOCUMENTS, Claim, LeaseLost, end, held
from glms.library.models import Document, DocumentState, Job, Origin, Site
from glms.library.pages import PageHead, head_of
from glms.library.robots import NAME, Robots, read_robots
from glms.outbound.client import Answer, OutboundClient, Request
from glms.outbound.errors import OutboundError
from glms.outbound.urls import parse

log = structlog.get_logger(__name__)

PAUSE = 0.1
"""Seconds between two pages of a site."""
MOST_BYTES = 20 << 20
HEADERS = {"user-agent": f"{NAME}/1.0 (knowledge base; robots.txt is kept to)", "accept": "text/html, */*;q=0.5"}
TAKEN = {"text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/pdf"}
HTML = {"text/html", "application/xhtml+xml"}
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
GONE = {404, 410}


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that was read. media_type: without its parameters."""

    url: str
    media_type: str
    body: bytes
    title: str


@dataclass(kw_only=True)
class Crawl:
    """One walk over a site. seen: addresses that were read or are not to be; kept: documents that stay as they are."""

    site: Site
    client: OutboundClient
    seen: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    """Addresses that could not be read for a reason that passes: what was read there before stays."""
    robots: Robots = field(default_factory=Robots)

    async def pages(self) -> AsyncIterator[Page]:
        """Every page once, the first one first. Raises Failed when that cannot be read."""
        self.robots = await self._robots()
        layer, count = [self.site.url], 0
        for depth in range(self.site.depth + 1):
            following: list[str] = []
            for url in layer:
                if count >= self.site.most_pages or not self._is_wanted(url):
                    continue
                if count:
                    await asyncio.sleep(PAUSE)
                page, links = await self._read(url, is_first=not count)
                if page is not None:
                    count += 1
                    yield page
                following += links if depth < self.site.depth else []
            layer = following

    async def _robots(self) -> Robots:
        origin = "/".join(self.site.url.split("/", 3)[:3])
        try:
            answer = await self._fetch(f"{origin}/robots.txt", most=512 * 1024)
        except OutboundError as error:
            raise Failed(error.code, error.message) from error
        if answer.status >= 500:
            return Robots(is_closed=True)
        return read_robots(answer.body.decode("utf-8", "replace")) if answer.status == 200 else Robots()

    def _is_wanted(self, url: str) -> bool:
        """Not read before, of the same site, below the prefix, and nobody minds."""
        if url in self.seen:
            return False
        self.seen.add(url)
        first, parts = urlsplit(self.site.url), urlsplit(url)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        same = (parts.scheme, parts.netloc) == (first.scheme, first.netloc)
        below = parts.path.startswith(self.site.path_prefix) or url == self.site.url
        if same and url == self.site.url and not self.robots.allows(path):
            raise Failed("robots", "The site's robots.txt asks not to read this page.")
        return same and below and self.robots.allows(path)

    async def _read(self, url: str, *, is_first: bool) -> tuple[Page | None, list[str]]:
        try:
            answer = await self._fetch(url, most=MOST_BYTES)
        except OutboundError as error:
            if is_first:
                raise Failed(error.code, error.message) from error
            self.unsure.add(url)
            return None, []
        if is_first and answer.status != 200:
            raise Failed("page_status", f"The server answered with status {answer.status}.")
        return self._taken(url, answer)

    def _taken(self, url: str, answer: Answer) -> tuple[Page | None, list[str]]:
        if answer.status != 200:
            if answer.status not in GONE:
                self.unsure.add(url)
            return None, []
        if urlsplit(answer.url).netloc != urlsplit(self.site.url).netloc:
            return None, []  # it leads elsewhere
        kind = answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
        if kind not in TAKEN or not answer.body.strip():
            return None, []
        head = head_of(_decoded(answer), url=answer.url) if kind in HTML else PageHead()
        self.seen.add(answer.url)
        links = [str(parse(link)) for link in head.links if _is_plain(link)]
        return Page(url=url, media_type=kind, body=answer.body, title=head.title), links

    async def _fetch(self, url: str, *, most: int) -> Answer:
        return await self.client.fetch(Request(url=url, headers=HEADERS, seconds=30.0, most_bytes=most))


def _is_plain(link: str) -> bool:
    try:
        parse(link)
    except OutboundError:
        return False
    return True


def _decoded(answer: Answer) -> str:
    """The page's markup, as far as titles and links need it."""
    told = CHARSET.search(answer.headers.get("content-type", "").encode() + b";" + answer.body[:2048])
    try:
        return answer.body.decode(told[1].decode() if told else "utf-8", "replace")
    except LookupError:
        return answer.body.decode("utf-8", "replace")


def crawl(attempt: Attempt) -> None:
    """Read the site once; its documents are worked in on their own. Raises LeaseLost, Drained, Failed."""
    site = Site.objects.select_related("base").filter(pk=attempt.claim.site_id).first()
    if site is None:
        raise LeaseLost
    Site.objects.filter(pk=site.pk).update(state="crawling", error=None)
    walk = Crawl(site=site, client=OutboundClient(settings.OUTBOUND_POLICY))
    kept: set[str] = set()
    with asyncio.Runner() as runner:
        pages = walk.pages()
        while True:
            attempt.go_on()
            page = runner.run(_next(pages))
            if page is None:
                break
            with _ours(attempt.claim):
                page_keep(site, page)
            kept.add(page.url)
    with indexing.all_locked(site.base_id, attempt.claim):
        gone = Document.objects.filter(site=site).exclude(source_url__in=kept | walk.unsure)
        documents_drop(site.base_id, list(gone))
        Site.objects.filter(pk=site.pk).update(state="done", error=None, synced_at=timezone.now())
        end(attempt.claim)
    log.info("site_read", site=str(site.pk), pages=len(kept))


def fail(claim: Claim, told: Mapping[str, str]) -> None:
    """Say why; what was read before stays. Raises LeaseLost."""
    with _ours(claim):
        Site.objects.filter(pk=claim.site_id).update(state="failed", error=dict(told))
        end(claim)


@contextmanager
def _ours(claim: Claim) -> Iterator[None]:
    with transaction.atomic():
        held(claim)
        yield


async def _next(pages: AsyncIterator[Page]) -> Page | None:
    return await anext(pages, None)


def page_keep(site: Site, page: Page) -> None:
    """Keep a page as a document of its site; one that says the same as before stays as it is."""
    digest = hashlib.sha256(page.body).hexdigest()
    known = Document.objects.select_related("base").filter(site=site, source_url=page.url).first()
    if known is not None and known.sha256 == digest:
        return
    document = known or Document(
        base=site.base, workspace_id=site.workspace_id, site=site, origin=Origin.SITE, source_url=page.url
    )
    shelf.drop([document.key])
    document.name = file_name(page.title or urlsplit(page.url).path.strip("/").replace("/", " - ") or page.url)
    document.media_type, document.size, document.sha256 = page.media_type, len(page.body), digest
    document.key = shelf.put(site.base_id, page.body)
    document.state, document.error, document.progress = DocumentState.RECEIVED, None, 0.0
    document.save()
    Job.objects.filter(document=document).delete()  # it was reading what is no longer there
    document_enqueue(document, rank=DOCUMENTS, anew=True)
