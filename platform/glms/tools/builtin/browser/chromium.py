"""One Chromium: its own process and profile, its own sandbox on, no way out but the guarded proxy."""

import asyncio
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Dialog, Error, Page, Playwright

from glms.outbound.proxy import Proxy, Session

PREFIX = "glms-browser-"
UNROOTED = 64_998
"""Whom Chromium runs as where we are root: with root its sandbox does not work. A number that no account has."""
SHARE = 40 << 20
"""Bytes that a browser may bring in for each page that is opened."""
MEMORY = 1536 << 20
"""Bytes of data that each of its processes may hold: what scripts put aside is not counted by V8's own limit."""
CLOSING = 10.0
ANSWERING = 5.0
ARGUMENTS = (
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # names are resolved by the proxy, never here
    "--dns-prefetch-disable",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--no-pings",
    "--disable-gpu",
    "--disable-remote-fonts",
    "--gaia-url=http://127.0.0.1:1",  # it asks for Google's accounts by itself
    "--gcm-checkin-url=http://127.0.0.1:1",  # and for push messages
    "--gcm-registration-url=http://127.0.0.1:1",
    "--gcm-mcs-endpoint=http://127.0.0.1:1",
    "--js-flags=--max-old-space-size=512",
)


class NoBrowser(Exception):
    """Chromium is not there, or does not start."""


def sweep() -> None:
    """Remove the profiles of processes that are gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


class Chromium:
    """`start` it, `page` opens tabs, `close` ends it and forgets its profile."""

    def __init__(self, *, proxy: Proxy, session: Session, folder: Path, context: BrowserContext) -> None:
        self._proxy = proxy
        self._session = session
        self._folder = folder
        self._context = context
        self._ours: set[Page] = set()
        self.is_open = True
        context.on("close", self._closed)
        context.on("page", self._unasked)

    @classmethod
    async def start(cls, *, driver: Playwright, proxy: Proxy, program: str) -> "Chromium":
        """Raises NoBrowser."""
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        session = proxy.open(spare=SHARE)
        try:
            launcher = await asyncio.to_thread(_prepare, folder, program)
            context = await driver.chromium.launch_persistent_context(
                folder / "profile",
                executable_path=launcher,
                chromium_sandbox=True,
                args=list(ARGUMENTS),
                env=_environment(folder),
                proxy={
                    "server": f"http://127.0.0.1:{proxy.port}",
                    "username": session.name,
                    "password": session.password,
                },
                accept_downloads=False,
                service_workers="block",
                viewport={"width": 1280, "height": 800},
                timeout=30_000,
            )
        except Exception as error:
            proxy.shut(session)
            shutil.rmtree(folder, ignore_errors=True)
            raise NoBrowser(str(error)[:2000]) from error
        return cls(proxy=proxy, session=session, folder=folder, context=context)

    async def page(self) -> Page:
        """A new tab, with a share of bytes for it."""
        self._session.spare = SHARE
        page = await self._context.new_page()
        self._ours.add(page)
        page.on("close", self._gone)
        page.on("dialog", _dismiss)
        return page

    async def answers(self) -> bool:
        """Whether it still runs; one that died a moment ago is only noticed by asking."""
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(ANSWERING):
                await self._context.cookies("http://localhost/")
                return self.is_open
        return False

    async def close(self) -> None:
        self.is_open = False
        self._proxy.shut(self._session)
        with suppress(Exception):
            async with asyncio.timeout(CLOSING):
                await self._context.close()
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    def _closed(self, *_context: Any) -> None:
        self.is_open = False

    def _gone(self, page: Page) -> None:
        self._ours.discard(page)

    def _unasked(self, page: Page) -> None:
        """Windows that pages open by themselves are closed; ours are known a moment later."""
        asyncio.get_running_loop().call_later(0.5, self._close_unasked, page)

    def _close_unasked(self, page: Page) -> None:
        if page not in self._ours and self.is_open and not page.is_closed():
            closing_later(page)


_tasks: set[asyncio.Future[None]] = set()


def closing_later(page: Page) -> None:
    """Close a tab without waiting for it: one that hangs takes its time."""
    task = asyncio.ensure_future(_close(page))
    _tasks.add(task)  # the loop holds its tasks only weakly
    task.add_done_callback(_tasks.discard)


async def _close(page: Page) -> None:
    with suppress(Exception):
        async with asyncio.timeout(CLOSING):
            await page.close()


async def _dismiss(dialog: Dialog) -> None:
    with suppress(Exception):
        await dialog.dismiss()


def _environment(folder: Path) -> dict[str, str | float | bool]:
    """Nothing of ours."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}


def _prepare(folder: Path, program: str) -> str:
    """Make the profile; what to start: a script that limits memory and, as root, becomes somebody else."""
    profile = folder / "profile"
    profile.mkdir()
    script = folder / "chromium"
    script.write_text(f'#!/bin/sh\nulimit -d {MEMORY >> 10}\nexec {_become(folder)} "{program}" "$@"\n')
    script.chmod(0o755)
    return str(script)


def _become(folder: Path) -> str:
    """The words by which root becomes whom the folder then belongs to; none where we are not root. Raises NoBrowser."""
    if os.geteuid() != 0:
        return ""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise NoBrowser("`setpriv` is needed to run Chromium as somebody else than root: apt-get install util-linux")
    for path in (folder, folder / "profile"):
        os.chown(path, UNROOTED, UNROOTED)
    return f"{setpriv} --reuid={UNROOTED} --regid={UNROOTED} --clear-groups"
