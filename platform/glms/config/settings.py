"""Django's settings, all from `env.environment()`."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from celery.schedules import schedule
from psycopg.conninfo import conninfo_to_dict
from redis.backoff import NoBackoff
from redis.retry import Retry

from glms.config.env import PROJECT, environment
from glms.config.logging import LOGGING_CONFIG_DICT
from glms.config.mail import mail_server
from glms.outbound.policy import read_policy

ENV = environment()
HOME = ENV.home
BASE_DIR = PROJECT

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
SECRET_KEY_FALLBACKS = list(ENV.secret_key_fallbacks)
PUBLIC_URL = ENV.public_url
SECURE = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = [
    *ENV.allowed_hosts,
    urlsplit(PUBLIC_URL).hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.auth",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "glms.core",
    "glms.accounts",
    "glms.serving",
    "glms.library",
    "glms.functions",
    "glms.agents",
    "glms.memory",
    "glms.conversations",
    "glms.files",
    "glms.runs",
]

MIDDLEWARE = [
    "glms.core.middleware.request_context",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "glms.config.urls"
ASGI_APPLICATION = "glms.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the address is unique by a constraint on its lower case
    "security.W021",  # a preload list is for whoever owns the domain
]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
APPEND_SLASH = False
STATIC_URL = "/static/"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# --- database -------------------------------------------------------------------------------------------------------
DATABASE_CONNINFO = ENV.database_url
POOL = {"min_size": 0, "max_size": 16, "timeout": 10, "max_idle": 60, "reconnect_timeout": 10}
_db = conninfo_to_dict(ENV.database_url)
DATABASES: dict[str, Any] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _db.pop("dbname", "glms"),
        "USER": _db.pop("user", ""),
        "PASSWORD": _db.pop("password", ""),
        "HOST": _db.pop("host", ""),
        "PORT": str(_db.pop("port", "")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_db, "pool": POOL},
    }
}

# --- wire -----------------------------------------------------------------------------------------------------------
REDIS_URL = ENV.redis_url
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "glms.core.cache.PatientRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "glms",
        "OPTIONS": {
            "serializer": "glms.core.cache.JsonSerializer",
            "socket_timeout": 2,
            "socket_connect_timeout": 1,
            "retry": Retry(NoBackoff(), 1),
        },
    }
}
CHANNEL_LAYERS: dict[str, Any] = {}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_DEFAULT_QUEUE = "background"
CELERY_TASK_ROUTES = {"glms.runs.tasks.run_execute": {"queue": "runs"}}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,  # a message that cannot be sent is dropped: workers find queued runs by themselves
    "interval_start": 0,
    "interval_step": 0.5,
    "interval_max": 1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "library-keep-house": {"task": "glms.library.tasks.library_keep_house", "schedule": schedule(1800.0)},
    "library-verify": {"task": "glms.library.tasks.library_verify", "schedule": schedule(24 * 3600.0)},
    "keep-house": {"task": "glms.runs.tasks.journal_keep_house", "schedule": schedule(3600.0)},
    "sweep-files": {"task": "glms.files.tasks.files_sweep", "schedule": schedule(24 * 3600.0)},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "run" / "beat-schedule")

# --- files ----------------------------------------------------------------------------------------------------------
MEDIA_ROOT = str(HOME / "files")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
ARTEFACT_KEEP = timedelta(days=ENV.artefact_days) if ENV.artefact_days else None
"""For how long what tools make is kept; None: as long as its conversation."""

# --- sign-in --------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 1800
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-glms" if SECURE else "glms"
CSRF_FAILURE_VIEW = "glms.config.views.csrf_failure"

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app", "browser")
HEADLESS_ADAPTER = "glms.accounts.adapters.HeadlessAdapter"
HEADLESS_FRONTEND_URLS = {
    "account_signup": f"{PUBLIC_URL}/signup",
    "account_reset_password": f"{PUBLIC_URL}/account/password/reset",
    "account_reset_password_from_key": f"{PUBLIC_URL}/account/password/reset/key/{{key}}",
    "account_confirm_email": f"{PUBLIC_URL}/account/email/verify/{{key}}",
}
ACCOUNT_ADAPTER = "glms.accounts.adapters.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "glms.accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # an unknown address takes as long as a known one
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[GLMs] "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "signup": "60/m/ip",
    "reset_password": "20/m/ip,5/5m/key",
    "reset_password_from_key": "20/m/ip",
}

# --- mail -----------------------------------------------------------------------------------------------------------
_mail = mail_server(ENV.email_url)
EMAIL_BACKEND = _mail.backend
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = str(HOME / "mail")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.email_from

# --- limits and headers ---------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_MAX_SIZE = 52 * 2**20
"""Bytes of the body of an upload: a file of 50 MiB and the form around it."""
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_SSL_REDIRECT = SECURE and ENV.trusted_proxies > 0
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxies else None
X_FRAME_OPTIONS = "DENY"

# --- the product ----------------------------------------------------------------------------------------------------
ENCRYPTION_KEYS = ENV.encryption_keys
METRICS_TOKEN = ENV.metrics_token
TRUSTED_PROXIES = ENV.trusted_proxies
MODEL_SERVER = ENV.model
MODEL_SILENCE = ENV.model_silence
LEASE_SECONDS = ENV.lease
OUTBOUND_POLICY = read_policy(ENV.outbound_allow)
SEARCH = ENV.search
BROWSER = ENV.browser
IMAGES = ENV.images
ENCODER_URL = ENV.encoder_url
MILVUS_URL, MILVUS_TOKEN = ENV.milvus_url, ENV.milvus_token
INGESTION_THREADS = ENV.ingestion_threads
TOOL_MODULES = ENV.tool_modules
SANDBOX_SOCKET = ENV.sandbox.socket
FRONTEND_DIST = ENV.frontend_dist

LOGGING_CONFIG = "glms.config.logging.configure"
LOGGING = LOGGING_CONFIG_DICT
