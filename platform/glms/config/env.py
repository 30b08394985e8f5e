"""The only reader of the environment: every variable of an instance, typed, with its default."""

import hashlib
import json
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")
"""Milvus's gRPC starts no threads in forked children: some enter a user namespace, which only a sole thread may."""
MAX_SOCKET_PATH = 90
"""A unix socket's path may have 107 bytes; PostgreSQL appends `/.s.PGSQL.5432`."""


def _flag(name: str, *, default: bool) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def _list(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in os.environ.get(name, "").split(",") if part.strip())


def socket_dir(home: Path) -> Path:
    """Where the unix sockets of an instance lie: in its home, or in a short path when the home's is too long."""
    folder = home / "run"
    if len(str(folder).encode()) <= MAX_SOCKET_PATH:
        return folder
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"glms-{digest}"


def _read_keys(home: Path) -> dict[str, str]:
    """The instance's own keys, made at the first start and kept in `GLMS_HOME/keys.json`, mode 0600."""
    path = home / "keys.json"
    if path.exists():
        keys: dict[str, str] = json.loads(path.read_text())
        return keys
    home.mkdir(parents=True, exist_ok=True)
    fresh = {"secret_key": secrets.token_urlsafe(48), "encryption_key": secrets.token_hex(32)}
    draft = path.with_name(f".keys-{os.getpid()}.json")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(fresh, file)
    try:
        os.link(draft, path)  # atomic: the first of two starters wins
    except FileExistsError:
        fresh = json.loads(path.read_text())
    finally:
        draft.unlink()
    return fresh


@dataclass(frozen=True, kw_only=True)
class ModelServer:
    """The model chosen by the environment.

    `url` is an OpenAI-compatible base (`http://host:8000/v1`); None means that the supervisor serves one.
    """

    url: str | None
    key: str | None = field(repr=False)
    name: str | None
    local: str
    """The model that vLLM loads where there is a GPU; `none`: no model server at all."""
    venv: Path
    """The model server's own virtual environment."""


@dataclass(frozen=True, kw_only=True)
class SandboxChoice:
    """How foreign code is run."""

    is_wanted: bool
    """Otherwise the supervisor starts none, and tools that run code are off."""
    socket: Path
    """Where sandboxd listens."""
    venv: Path
    """The interpreter that code gets, with its packages."""
    memory: int
    """MiB for each interpreter, its files included."""
    warm: int
    """Interpreters started ahead."""
    idle: float
    """Seconds after which an unused interpreter ends; its files stay."""
    lowest_level: int
    """Sandboxes that are weaker are refused."""


@dataclass(frozen=True, kw_only=True)
class SearchChoice:
    """Who answers the web browser's searches."""

    provider: str
    """Empty: nobody."""
    url: str
    key: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class BrowserChoice:
    """How many web browsers a worker process keeps."""

    executable: str
    """Empty: the system's Chromium."""
    most: int
    idle: float
    """Seconds after which an unused one ends."""


@dataclass(frozen=True, kw_only=True)
class ImageChoice:
    """Who draws pictures. url: an OpenAI-compatible base that ends in `/v1`; empty: nobody."""

    url: str
    model: str
    key: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Environment:
    """All that an instance reads from its environment."""

    home: Path
    debug: bool
    host: str
    """The address the supervisor's web server listens on."""
    port: int | None
    """Its port; None: the one of the last start, else 8000 or the next free one."""
    public_url: str
    """Empty reads as the default; the supervisor passes the port it chose."""
    allowed_hosts: tuple[str, ...]
    trusted_proxies: int
    database_url: str
    database_is_given: bool
    """By DATABASE_URL; else the supervisor starts one at the default address."""
    redis_url: str
    redis_is_given: bool
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)
    """Hex AES-256 keys, the newest first: it encrypts, all decrypt."""
    email_url: str
    email_from: str
    metrics_token: str | None = field(repr=False)
    model: ModelServer
    sandbox: SandboxChoice
    model_silence: float
    """Seconds without a byte after which a model server counts as gone."""
    lease: float
    """Seconds for which a worker holds a run; it renews three times within them."""
    outbound_allow: tuple[str, ...]
    """Where the product may go beside the public web: hosts and networks with ports."""
    search: SearchChoice
    browser: BrowserChoice
    images: ImageChoice
    artefact_days: int
    """For how many days the files that tools make are kept; 0: as long as their conversation."""
    encoder_url: str
    """Who embeds texts where a base names no endpoint: `unix:PATH` of a socket, or a base that ends in `/v1`."""
    milvus_url: str
    milvus_token: str
    ingestion_threads: int
    """Documents that a background worker reads at once."""
    tool_modules: tuple[str, ...]
    """Python modules with further tools, each listing them in `TOOLS`."""
    frontend_dist: Path
    """The built page: `frontend/dist` of the checkout unless set."""
    log_level: str
    log_json: bool
    log_process: str


def default_database_url(home: Path) -> str:
    return f"postgresql:///glms?host={socket_dir(home)}&user=glms"


def default_redis_url(home: Path) -> str:
    return f"unix://{socket_dir(home)}/valkey.sock"


@cache
def environment() -> Environment:
    """Read the environment once."""
    home = Path(os.environ.get("GLMS_HOME", ".glms")).absolute()
    keys = _read_keys(home) if not os.environ.get("GLMS_SECRET_KEY") else {}
    return Environment(
        home=home,
        debug=_flag("GLMS_DEBUG", default=False),
        host=os.environ.get("GLMS_HOST") or "127.0.0.1",
        port=int(os.environ["GLMS_PORT"]) if os.environ.get("GLMS_PORT") else None,
        public_url=(os.environ.get("GLMS_PUBLIC_URL") or "http://localhost:8000").rstrip("/"),
        allowed_hosts=_list("GLMS_ALLOWED_HOSTS"),
        trusted_proxies=int(os.environ.get("GLMS_TRUSTED_PROXIES", "0")),
        database_url=os.environ.get("DATABASE_URL") or default_database_url(home),
        database_is_given=bool(os.environ.get("DATABASE_URL")),
        redis_url=os.environ.get("REDIS_URL") or default_redis_url(home),
        redis_is_given=bool(os.environ.get("REDIS_URL")),
        secret_key=os.environ.get("GLMS_SECRET_KEY") or keys["secret_key"],
        secret_key_fallbacks=_list("GLMS_SECRET_KEY_FALLBACKS"),
        encryption_keys=_list("GLMS_ENCRYPTION_KEYS") or (keys.get("encryption_key") or _derived_key(),),
        email_url=os.environ.get("GLMS_EMAIL_URL", ""),
        email_from=os.environ.get("GLMS_EMAIL_FROM", "GLMs <no-reply@localhost>"),
        metrics_token=os.environ.get("GLMS_METRICS_TOKEN") or None,
        model=ModelServer(
            url=os.environ.get("GLMS_MODEL_URL") or None,
            key=os.environ.get("GLMS_MODEL_KEY") or None,
            name=os.environ.get("GLMS_MODEL_NAME") or None,
            local=os.environ.get("GLMS_MODEL") or "zai-org/glm-4-9b-chat-hf",
            venv=Path(os.environ.get("GLMS_MODEL_VENV") or PROJECT / ".venv-model").absolute(),
        ),
        sandbox=_sandbox(home),
        model_silence=float(os.environ.get("GLMS_MODEL_SILENCE") or "60"),
        lease=float(os.environ.get("GLMS_LEASE_SECONDS") or "30"),
        outbound_allow=_list("GLMS_OUTBOUND_ALLOW"),
        search=_search(),
        browser=_browser(),
        images=_images(),
        artefact_days=max(0, int(os.environ.get("GLMS_ARTEFACT_DAYS") or "90")),
        encoder_url=os.environ.get("GLMS_ENCODER_URL") or f"unix:{socket_dir(home) / 'encoder.sock'}",
        milvus_url=os.environ.get("GLMS_MILVUS_URL", "").strip(),
        milvus_token=os.environ.get("GLMS_MILVUS_TOKEN", ""),
        ingestion_threads=max(1, int(os.environ.get("GLMS_INGESTION_THREADS") or "2")),
        tool_modules=_list("GLMS_TOOL_MODULES"),
        frontend_dist=Path(os.environ.get("GLMS_FRONTEND_DIST") or PROJECT / "frontend" / "dist"),
        log_level=os.environ.get("GLMS_LOG_LEVEL", "INFO").upper(),
        log_json=_flag("GLMS_LOG_JSON", default=True),
        log_process=os.environ.get("GLMS_PROCESS", "glms"),
    )


def _search() -> SearchChoice:
    return SearchChoice(
        provider=os.environ.get("GLMS_SEARCH_PROVIDER", "").strip().lower(),
        url=os.environ.get("GLMS_SEARCH_URL", ""),
        key=os.environ.get("GLMS_SEARCH_KEY", ""),
    )


def _browser() -> BrowserChoice:
    return BrowserChoice(
        executable=os.environ.get("GLMS_BROWSER", ""),
        most=int(os.environ.get("GLMS_BROWSER_MOST") or "4"),
        idle=float(os.environ.get("GLMS_BROWSER_IDLE_SECONDS") or "300"),
    )


def _images() -> ImageChoice:
    return ImageChoice(
        url=os.environ.get("GLMS_IMAGE_URL", ""),
        model=os.environ.get("GLMS_IMAGE_MODEL", ""),
        key=os.environ.get("GLMS_IMAGE_KEY", ""),
    )


def _sandbox(home: Path) -> SandboxChoice:
    return SandboxChoice(
        is_wanted=_flag("GLMS_SANDBOX", default=True),
        socket=Path(os.environ.get("GLMS_SANDBOX_SOCKET") or socket_dir(home) / "sandbox.sock").absolute(),
        venv=Path(os.environ.get("GLMS_SANDBOX_VENV") or PROJECT / ".venv-sandbox").absolute(),
        memory=int(os.environ.get("GLMS_SANDBOX_MEMORY") or "1024"),
        warm=min(4, int(os.environ.get("GLMS_SANDBOX_WARM") or "1")),
        idle=float(os.environ.get("GLMS_SANDBOX_IDLE_SECONDS") or "900"),
        lowest_level=int(os.environ.get("GLMS_SANDBOX_LOWEST_LEVEL") or "2"),
    )


def inherited() -> dict[str, str]:
    """The whole environment, for the processes that the supervisor starts."""
    return dict(os.environ)


def choose_home(home: Path) -> None:
    """Let the command line's `--home` win over `GLMS_HOME`; before the first `environment()`."""
    os.environ["GLMS_HOME"] = str(home)


def _derived_key() -> str:
    """A deployment that sets only `GLMS_SECRET_KEY` gets its encryption key from it."""
    return hashlib.sha256(b"glms.encryption" + os.environ["GLMS_SECRET_KEY"].encode()).hexdigest()
