"""Headless Chromium on a real instance with the bundled model on real vLLM."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from glms.config.env import PROJECT
from tests.support.instance import SERVING, Instance

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For one module: as long as Playwright is there, no other test may run an event loop of its own."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "headless Chromium is needed: `apt-get install chromium` (`make test` does it where it may)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A fresh instance as `make run` starts it: nothing set, so the bundled model on the CPU."""
    folder = tmp_path_factory.mktemp("journey")
    built = shutil.copytree(PROJECT / "frontend" / "dist", folder / "dist")
    made = Instance(folder / "home", environment={"GLMS_MODEL": "", "GLMS_FRONTEND_DIST": str(built)})
    made.start(parts=(*SERVING, "model"), seconds=420)
    yield made
    made.stop()


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a picture where `GLMS_SCREENSHOTS` says, to be looked at."""
    folder = os.environ.get("GLMS_SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{request.node.name}-{name}.png")

    return take
