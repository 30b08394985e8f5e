"""Pages that want to hang the browser, fill the machine, or talk somebody into something: each is an observation."""

import asyncio
import os
import struct
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest

from glms.tools.builtin.browser.chromium import PREFIX
from tests.support.site import PopulationSite
from tests.tools.browser.place import BrowserSettings, Talk, make_kit

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOUND = 120.0
"""Seconds within which every page is an observation, on a busy machine too; on its own it takes 38 at most."""
MEMORY_PAGE = """<body>held <script>
const held = []; try { for (let n = 0; n < 64; n++) { const b = new Uint8Array(1 << 27);
for (let i = 0; i < b.length; i += 4096) b[i] = 1; held.push(b); } } catch (error) { document.body.append(error.name) }
document.body.append(' ' + held.length * 128 + ' MB')</script>"""
ASKS = """<body><input type=file id=f><script>
const say = words => document.body.append(words + '; ');
print(); confirm('x') || say('not confirmed'); prompt('x') === null && say('not prompted');
onbeforeunload = event => { event.preventDefault(); return 'stay' };
document.getElementById('f').click();
Promise.allSettled([
  new Promise((_, no) => navigator.geolocation.getCurrentPosition(_, no)),
  Notification.requestPermission().then(got => got == 'granted' || Promise.reject()),
  navigator.mediaDevices ? navigator.mediaDevices.getUserMedia({audio: true, video: true}) : Promise.reject(),
  navigator.clipboard ? navigator.clipboard.readText() : Promise.reject(),
  window.showOpenFilePicker ? window.showOpenFilePicker() : Promise.reject(),
]).then(all => say(all.filter(one => one.status == 'rejected').length + ' refused'));
</script>"""


@asynccontextmanager
async def conversation(site: PopulationSite) -> AsyncIterator[Talk]:
    """One of its own, so that what a page breaks is nobody else's."""
    kit = make_kit(site.allow, browser=BrowserSettings(most=1))
    try:
        yield Talk(kit)
    finally:
        await kit.close()


MOST_RENDERERS = 12


def family() -> Iterator[psutil.Process]:
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if any("chromium" in word for word in child.cmdline()[:1]):
                yield child


async def test_what_a_page_asks_of_people_is_answered_no(site: PopulationSite) -> None:
    site.added["/asks"] = (200, {}, ASKS)
    async with conversation(site) as talk:
        done = await talk.open(f"{site.url}/asks")
        again = await talk.open(f"{site.url}/population/2001")

    assert "not confirmed; not prompted" in done.output
    assert "5 refused" in done.output
    assert again.outcome == "done", again.output


async def test_a_page_behind_a_password_is_told_and_gets_none() -> None:
    """The browser knows the proxy's password; a site that asks for one is not given it."""
    heads: list[bytes] = []

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(ask, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    kit = make_kit(f"127.0.0.1:{port}")
    done = await Talk(kit).open(f"http://127.0.0.1:{port}/")
    await kit.close()
    server.close()

    assert "asks for a name and a password" in done.output
    assert heads
    assert not any(b"uthorization" in head for head in heads)


@pytest.mark.parametrize("script", ["for (;;);", "for (;;) alert(1)"], ids=["spin", "alerts"])
async def test_a_page_that_never_rests_is_given_up(site: PopulationSite, script: str) -> None:
    site.added["/restless"] = (200, {}, f"<body>before<script>{script}</script></body>")
    began = time.monotonic()
    async with conversation(site) as talk:
        done = await talk.open(f"{site.url}/restless")
        again = await talk.open(f"{site.url}/population/2001")

    assert done.outcome == "error"
    assert again.outcome == "done", again.output
    assert time.monotonic() - began < 2 * BOUND


async def test_a_page_cannot_take_the_machines_memory(site: PopulationSite) -> None:
    site.added["/memory"] = (200, {}, MEMORY_PAGE)
    async with conversation(site) as talk:
        opening = asyncio.create_task(talk.open(f"{site.url}/memory"))
        most = 0
        while not opening.done():
            held = []
            for one in family():
                with suppress(psutil.Error):
                    held.append(one.memory_info().rss)
            most = max(most, *held, 0)
            await asyncio.sleep(0.2)
        again = await talk.open(f"{site.url}/population/2001")

    assert most < 2 << 30
    assert again.outcome == "done", again.output


def renderers() -> list[psutil.Process]:
    found = []
    for one in family():
        with suppress(psutil.Error):
            if any("--type=renderer" in word for word in one.cmdline()):
                found.append(one)
    return found


async def test_a_thousand_windows_are_closed_again(site: PopulationSite) -> None:
    script = "for (let n = 0; n < 1000; n++) window.open('/population/2001')"
    site.added["/windows"] = (200, {}, f"<body>before<script>{script}</script></body>")
    async with conversation(site) as talk:
        await talk.open(f"{site.url}/windows")
        for _ in range(100):  # they are told to close; a busy machine takes its time
            if len(renderers()) < MOST_RENDERERS:
                break
            await asyncio.sleep(0.1)
        left = len(renderers())
        again = await talk.open(f"{site.url}/population/2002")

    assert left < MOST_RENDERERS
    assert "about 6.31 billion" in again.output


async def test_what_a_page_downloads_is_on_no_disk(site: PopulationSite) -> None:
    marker = f"marker-{os.urandom(6).hex()}"
    script = (
        "for (let n = 0; n < 20; n++) { const a = document.createElement('a'); a.download = 'x' + n + '.exe'; "
        f"a.href = URL.createObjectURL(new Blob(['{marker}'])); document.body.append(a); a.click() }}"
    )
    site.added["/drive-by"] = (200, {}, f"<body>before<script>{script}</script></body>")
    site.added["/paper.pdf"] = (200, {"Content-Type": "application/pdf"}, "%PDF-1.4")
    async with conversation(site) as talk:
        done = await talk.open(f"{site.url}/drive-by")
        paper = await talk.open(f"{site.url}/paper.pdf")
        await asyncio.sleep(1)
        kept = [path for path in profile_files() if path.suffix == ".exe" or marker.encode() in path.read_bytes()]

    assert done.outcome == "done", done.output
    assert paper.outcome in {"done", "error"}
    assert [path for path in kept if "Cache" not in str(path)] == []


def profiles() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.getpid()}-*"))


def profile_files() -> list[Path]:
    return [path for folder in profiles() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


async def test_a_page_without_an_end_is_cut(site: PopulationSite) -> None:
    async def pour(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<body>")
        with suppress(OSError):
            while True:
                writer.write(b"<p>and so on</p>" * 4096)
                await writer.drain()

    server = await asyncio.start_server(pour, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    kit = make_kit(f"127.0.0.1:{port}", site.allow)
    began = time.monotonic()
    talk = Talk(kit)
    done = await talk.open(f"http://127.0.0.1:{port}/")
    again = await talk.open(f"{site.url}/population/2001")
    await kit.close()
    server.close()

    assert len(done.output) < 20_000
    assert again.outcome == "done", again.output
    assert time.monotonic() - began < 2 * BOUND


async def test_a_picture_of_a_very_high_page_is_of_what_is_seen(site: PopulationSite) -> None:
    site.added["/high"] = (200, {}, "<body><div style='height: 1000000px; background: linear-gradient(red, blue)'>high")
    async with conversation(site) as talk:
        await talk.open(f"{site.url}/high")
        done = await talk.call("screenshot")
        data = talk.files.kept["screenshot.png"]

    assert done.outcome == "done", done.output
    assert struct.unpack(">II", data[16:24]) == (1280, 800)


async def test_nothing_is_kept_from_one_conversation_for_the_next(site: PopulationSite) -> None:
    keep = "localStorage.x = 1; indexedDB.open('x'); caches.open('x'); document.cookie = 'x=1; max-age=9999'"
    see = (
        "Promise.all([indexedDB.databases(), caches.keys()]).then(([a, b]) => document.body.append("
        "'found:' + localStorage.length + a.length + b.length + document.cookie))"
    )
    site.added["/keep"] = (200, {}, f"<body>kept<script>{keep}</script></body>")
    site.added["/see"] = (200, {}, f"<body><script>{see}</script></body>")
    async with conversation(site) as first:
        await first.open(f"{site.url}/keep")
        assert "found:111x=1" in (await first.open(f"{site.url}/see")).output
    async with conversation(site) as second:
        assert "found:000" in (await second.open(f"{site.url}/see")).output


async def test_chromium_is_started_with_one_way_out_and_listens_to_nobody(site: PopulationSite) -> None:
    before = profiles()
    async with conversation(site) as talk:
        await talk.open(f"{site.url}/population/2001")
        processes = list(family())
        mains = [one for one in processes if not any(word.startswith("--type=") for word in one.cmdline())]
        words = [word for one in mains for word in one.cmdline()]
        listening = [
            line for one in processes for line in one.net_connections() if line.status == psutil.CONN_LISTEN
        ]

    assert mains
    assert any(word.startswith("--proxy-server=http://127.0.0.1:") for word in words)
    assert "--proxy-bypass-list=<-loopback>" in words
    assert not any("remote-debugging-port" in word or word == "--no-sandbox" for word in words)
    assert listening == []
    assert profiles() <= before, "its profile goes with it"
