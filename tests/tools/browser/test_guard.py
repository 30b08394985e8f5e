"""No page and no address leads the browser anywhere but to the public web."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from glms.tools.builtin.browser import BrowserKit
from tests.outbound.attack import Canary, lines
from tests.support.site import PopulationSite
from tests.tools.browser.place import Talk, make_kit

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFUSED = "This address is not allowed."
SCRIPT = """
const at = '127.0.0.1:PORT';
const tries = [
  () => fetch('http://' + at + '/fetch', {mode: 'no-cors'}),
  () => fetch('http://[::1]:PORT/v6', {mode: 'no-cors'}),
  () => fetch('http://localhost:PORT/name', {mode: 'no-cors'}),
  () => fetch('http://10.0.0.1/private', {mode: 'no-cors'}),
  () => navigator.sendBeacon('http://' + at + '/beacon', 'x'),
  () => new WebSocket('ws://' + at + '/socket'),
  () => new EventSource('http://' + at + '/events'),
  () => { const i = new Image(); i.src = 'http://' + at + '/image'; },
  () => { const f = document.createElement('iframe'); f.src = 'http://' + at + '/frame'; document.body.append(f); },
  () => { const f = document.createElement('iframe'); f.src = 'file:///etc/passwd'; document.body.append(f); },
  ...['dns-prefetch', 'preconnect', 'prefetch', 'prerender'].map(rel => () => {
    const l = document.createElement('link'); l.rel = rel; l.href = 'http://' + at; document.head.append(l);
  }),
  () => { const w = new Worker(URL.createObjectURL(new Blob([`fetch('http://${at}/worker')`]))); },
  () => {
    const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:' + at}, {urls: 'turn:' + at + '?transport=tcp',
      username: 'u', credential: 'c'}]});
    peer.createDataChannel('x');
    peer.createOffer().then(offer => peer.setLocalDescription(offer));
  },
  () => window.open('http://' + at + '/window'),
  () => new WebTransport('https://' + at + '/transport').ready.catch(() => 0),
  () => new SharedWorker('http://' + at + '/shared.js'),
  () => import('http://' + at + '/module.js').catch(() => 0),
  () => fetch('/alternative', {mode: 'no-cors'}),
  ...['preload', 'modulepreload', 'stylesheet', 'icon', 'manifest'].map(rel => () => {
    const l = document.createElement('link'); l.rel = rel; l.as = 'script'; l.href = 'http://' + at + '/' + rel;
    document.head.append(l);
  }),
  ...['object', 'embed', 'video', 'audio', 'script', 'track'].map(tag => () => {
    const e = document.createElement(tag); e[tag == 'object' ? 'data' : 'src'] = 'http://' + at + '/' + tag;
    document.body.append(e);
  }),
  () => { const s = document.createElement('style'); s.textContent =
    `@import url(http://${at}/css); @font-face {font-family: x; src: url(http://${at}/font)} ` +
    `body {background: url(http://${at}/background); font-family: x}`; document.head.append(s); },
  () => { const s = document.createElement('script'); s.type = 'speculationrules'; const to = [{source: 'list', urls:
    ['http://' + at + '/speculated']}]; s.textContent = JSON.stringify({prefetch: to, prerender: to});
    document.head.append(s); },
  () => { const a = document.createElement('a'); a.href = '#x'; a.ping = 'http://' + at + '/ping';
    document.body.append(a); a.click(); },
  () => { const i = document.createElement('img'); i.srcset = 'http://' + at + '/srcset 2x'; document.body.append(i); },
  ...['file:///etc/passwd', 'chrome://version', 'view-source:http://' + at + '/', 'devtools://devtools/bundled/x.html',
    'filesystem:http://' + at + '/x', 'blob:http://' + at + '/x'].map(where => () => window.open(where)),
];
for (const one of tries) { try { const made = one(); if (made && made.catch) made.catch(() => 0); } catch (error) {} }
document.body.append('all were tried');
"""


@pytest.fixture
def listener() -> object:
    made = Canary()
    yield made
    made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def talk(kit: BrowserKit) -> AsyncIterator[Talk]:
    yield Talk(kit)


async def test_no_line_of_the_corpus_is_opened(talk: Talk, listener: Canary) -> None:
    for _, line in lines():
        done = await talk.open(listener.url(line))
        assert done.outcome == "error", line
        assert done.output.startswith(REFUSED), (line, done.output)

    assert listener.caught == 0


@pytest.mark.parametrize(
    ("name", "headers", "body"),
    [
        ("redirect", {"Location": "http://127.0.0.1:PORT/"}, ""),
        ("redirect-v6", {"Location": "http://[::1]:PORT/"}, ""),
        ("redirect-slashes", {"Location": "//127.0.0.1:PORT/"}, ""),
        ("redirect-private", {"Location": "http://10.0.0.1/"}, ""),
        ("redirect-file", {"Location": "file:///etc/passwd"}, ""),
        ("redirect-gopher", {"Location": "gopher://127.0.0.1:PORT/_INFO"}, ""),
        ("refresh", {"Refresh": "0;url=http://127.0.0.1:PORT/"}, "<body>moving</body>"),
        ("meta", {}, '<meta http-equiv=refresh content="0;url=http://127.0.0.1:PORT/"><body>moving</body>'),
        ("script", {}, "<body>moving<script>location='http://127.0.0.1:PORT/'</script></body>"),
        ("form", {}, "<body><form method=post action='http://127.0.0.1:PORT/'></form><script>document.forms[0].submit()"
                     "</script></body>"),
        ("tunnel", {"Location": "https://127.0.0.1:PORT/"}, ""),
    ],
)  # fmt: skip
async def test_a_page_that_moves_on_inside_leads_nowhere(
    talk: Talk, site: PopulationSite, listener: Canary, name: str, headers: dict, body: str
) -> None:
    status = 302 if "Location" in headers else 200
    site.added[f"/{name}"] = (status, {key: listener.url(value) for key, value in headers.items()}, listener.url(body))

    done = await talk.open(f"{site.url}/{name}")
    await asyncio.sleep(0.2)

    assert listener.caught == 0
    assert "root:" not in done.output
    if done.outcome == "done":
        assert "moving" in done.output


async def test_what_a_page_tries_by_itself_reaches_nobody(talk: Talk, site: PopulationSite, listener: Canary) -> None:
    site.added["/alternative"] = (200, {"Alt-Svc": listener.url('h3=":PORT", h2="127.0.0.1:PORT"')}, "")
    reports = listener.url('{"group": "default", "max_age": 9, "endpoints": [{"url": "http://127.0.0.1:PORT/report"}]}')
    headers = {
        "Link": listener.url("<http://127.0.0.1:PORT/link>; rel=preload; as=script"),
        "Report-To": reports,
        "NEL": '{"report_to": "default", "max_age": 9, "success_fraction": 1.0}',
        "Content-Security-Policy-Report-Only": listener.url(
            "img-src 'none'; report-uri http://127.0.0.1:PORT/csp; report-to default"
        ),
    }
    body = listener.url(f"<body><img src=http://127.0.0.1:PORT/><script>{SCRIPT}</script></body>")
    site.added["/tries"] = (200, headers, body)

    done = await talk.open(f"{site.url}/tries")
    await asyncio.sleep(1.5)

    assert "all were tried" in done.output
    assert "root:" not in done.output
    assert listener.caught == 0


async def test_the_same_page_reaches_a_listener_that_the_operator_allowed(
    site: PopulationSite, listener: Canary
) -> None:
    kit = make_kit(site.allow, f"127.0.0.1:{listener.port}")
    site.added["/tries"] = (200, {}, listener.url(f"<body><script>{SCRIPT}</script></body>"))

    done = await Talk(kit).open(f"{site.url}/tries")
    await asyncio.sleep(0.5)
    await kit.close()

    assert "all were tried" in done.output
    assert listener.caught > 10
    assert listener.caught_datagrams == 0, "nothing but the proxy is a way out, whatever the operator allows"


async def test_a_redirect_loop_ends(talk: Talk, site: PopulationSite) -> None:
    site.added["/loop"] = (302, {"Location": "/loop"}, "")

    assert "redirects too often" in (await talk.open(f"{site.url}/loop")).output
