"""Every test runs on a real PostgreSQL and a real Valkey, started once; nothing of ours is patched."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import Live, serve
from tests.stack import Keeper, database_url, valkey_socket

POSTGRES = "GLMS_TEST_POSTGRES"
"""Set by the process that started PostgreSQL; xdist's workers inherit it and share the server."""

SETTINGS = "DJANGO_SETTINGS_MODULE"

_keepers: list[Keeper] = []
_folders: list[Path] = []


def _start() -> None:
    if POSTGRES not in os.environ:
        _keepers.append(Keeper("postgres"))
        os.environ[POSTGRES] = str(_keepers[-1].folder)
    _keepers.append(Keeper("valkey"))
    _folders.append(Path(tempfile.mkdtemp(prefix="glms-home-")))
    os.environ["GLMS_HOME"] = str(_folders[-1])
    os.environ["GLMS_FRONTEND_DIST"] = str(_folders[-1] / "dist")
    os.environ["DATABASE_URL"] = database_url(Path(os.environ[POSTGRES]))
    os.environ["REDIS_URL"] = f"unix://{valkey_socket(_keepers[-1].folder)}"
    os.environ["GLMS_LOG_LEVEL"] = "WARNING"
    for name in [name for name in os.environ if name.startswith("GLMS_MODEL")]:
        del os.environ[name]


def pytest_configure(config: pytest.Config) -> None:
    if SETTINGS in os.environ:
        raise pytest.UsageError(f"Unset {SETTINGS}: tests make an instance of their own.")
    os.environ[SETTINGS] = "glms.config.settings"
    if config.option.collectonly:
        os.environ.setdefault("GLMS_HOME", tempfile.mkdtemp(prefix="glms-home-"))
    else:
        _start()
    from django.conf import settings

    assert settings.DATABASES  # loads the settings: pytest-django takes over from here
    settings.PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
    del os.environ[SETTINGS]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """A worker must not find the settings' name: it would load them before it has a Valkey and a home of its own."""
    os.environ.pop(SETTINGS, None)


def pytest_unconfigure() -> None:
    while _keepers:
        _keepers.pop().stop()
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)


@pytest.fixture
def live(transactional_db: None) -> Iterator[Live]:
    """The instance's web server, with the test's own database."""
    with serve() as found:
        yield found


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Limits and cached answers of one test are not the next one's."""
    from django.core.cache import cache

    cache.clear()
