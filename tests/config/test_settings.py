"""Settings for the open internet, and how mail leaves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from glms.config.env import PROJECT
from glms.config.mail import mail_server


def test_an_instance_on_https_passes_djangos_deployment_check(tmp_path: Path) -> None:
    told = {"GLMS_HOME": str(tmp_path), "GLMS_PUBLIC_URL": "https://glms.example", "GLMS_TRUSTED_PROXIES": "1"}

    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=PROJECT,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr


def test_without_a_mail_server_mail_becomes_files() -> None:
    assert mail_server("").backend == "glms.core.mail.FolderBackend"


def test_a_mail_server_is_spoken_to_in_secret_unless_it_is_a_relay_on_port_25() -> None:
    starttls, tls, plain = (mail_server(f"{url}") for url in ("smtp://u:p%40@h", "smtps://h", "smtp://h:25"))

    assert (starttls.host, starttls.port, starttls.user, starttls.password) == ("h", 587, "u", "p@")
    assert (starttls.starttls, starttls.tls) == (True, False)
    assert (tls.port, tls.starttls, tls.tls) == (465, False, True)
    assert (plain.starttls, plain.tls) == (False, False)


@pytest.mark.parametrize("url", ["http://h", "smtp://", "h:25", "smtp:h"])
def test_a_bad_mail_url_is_named(url: str) -> None:
    with pytest.raises(ValueError, match="GLMS_EMAIL_URL"):
        mail_server(url)
