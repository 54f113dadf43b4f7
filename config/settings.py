"""Settings: composition of apps and the environment. Every value that differs by place is read by `config.env`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config import postgres
from config.csp import STRICT
from config.env import (
    REQUIRED,
    read_bool,
    read_database,
    read_int,
    read_json,
    read_list,
    read_path,
    read_str,
)

BASE_DIR = Path(__file__).resolve().parent.parent
TAPHOS_VAR = read_path("TAPHOS_VAR", BASE_DIR / "var")

#: The demonstration: public accounts, no second factor, plain HTTP on this machine. Never for real cases.
TAPHOS_DEMO = read_bool("TAPHOS_DEMO", default=False)
TAPHOS_DEMO_ACCOUNTS = "cases.demo.DEMO_ACCOUNTS"
DEMO_SECRET = "demonstration-only-and-refused-everywhere-else"  # noqa: S105 - `taphos.E001` refuses it
SECRET_KEY = read_str("SECRET_KEY", DEMO_SECRET)
DEBUG = read_bool("DEBUG", default=False)
ALLOWED_HOSTS = read_list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"] if TAPHOS_DEMO else [])
CSRF_TRUSTED_ORIGINS = read_list("CSRF_TRUSTED_ORIGINS", [])


def _address() -> str:
    """Return where people reach Taphos: this machine in a demonstration, the first host name elsewhere."""
    if TAPHOS_DEMO:
        return f"http://127.0.0.1:{read_int('PORT', 8000, minimum=1, maximum=65535)}"
    return f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if ALLOWED_HOSTS else "https://localhost"


#: It stands in the QR codes of labels and papers, which outlive the request that made them.
TAPHOS_ADDRESS = read_str("TAPHOS_ADDRESS", _address()).rstrip("/")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # its default one puts a site without the second factor in place of ours
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "config.apps.TaphosAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "procrastinate.contrib.django",
    "cases",
    "remains",
    "evidence",
    "config.apps.ConfigConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.csp.ContentPolicyMiddleware",
    "config.public.PublicMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.middleware.SessionLimitMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cases.ledger.middleware.ChannelMiddleware",
    "config.middleware.RefusalMiddleware",
    "config.first_password.FirstPasswordMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

#: The two roles of the database. The owner migrates; the application serves, owns nothing and only reads the ledger.
TAPHOS_OWNER_ROLE = "taphos_owner"
TAPHOS_APP_ROLE = read_str("TAPHOS_APP_ROLE", "taphos_app")
TAPHOS_DB_ROLE = read_str("TAPHOS_DB_ROLE", "app", choices=("app", "owner"))


def _database() -> dict[str, Any]:
    """Return the connection: a server of one's own, or the embedded one that `manage.py` starts."""
    own_server = read_database("DATABASE_URL", None)
    if TAPHOS_DB_ROLE == "owner":
        # Beside a server of one's own, its owner must not end up on the embedded one.
        own_server = read_database("DATABASE_OWNER_URL", None if own_server is None else REQUIRED)
    if own_server is not None:
        return own_server
    return postgres.connection_settings(
        "taphos", TAPHOS_OWNER_ROLE if TAPHOS_DB_ROLE == "owner" else TAPHOS_APP_ROLE
    )


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "cases.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "config.authentication.TaphosBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name", "email"]},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
OTP_TOTP_ISSUER = "Taphos"

SESSION_IDLE_SECONDS = read_int("SESSION_IDLE_SECONDS", 15 * 60, minimum=60)
SESSION_ABSOLUTE_SECONDS = read_int("SESSION_ABSOLUTE_SECONDS", 12 * 3600, minimum=60)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not TAPHOS_DEMO

SECURE_SSL_REDIRECT = read_bool("TAPHOS_SSL_REDIRECT", not TAPHOS_DEMO)
SECURE_HSTS_SECONDS = 0 if TAPHOS_DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not TAPHOS_DEMO
TAPHOS_BEHIND_PROXY = read_bool("TAPHOS_BEHIND_PROXY", default=False)
if TAPHOS_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": STRICT}
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

AXES_FAILURE_LIMIT = read_int("LOCKOUT_FAILURES", 5, minimum=1)
AXES_COOLOFF_TIME = timedelta(seconds=read_int("LOCKOUT_SECONDS", 15 * 60, minimum=1))
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # it asks for the address; we lock the account, whatever the address
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]
AXES_LOCKOUT_CALLABLE = "config.errors.locked_out"
AXES_VERBOSE = False

#: Where signed checkpoints of the ledger go, and the key that signs them. Both belong on another machine's backup.
TAPHOS_CHECKPOINT_FILE = read_path("TAPHOS_CHECKPOINT_FILE", TAPHOS_VAR / "checkpoints.jsonl")
TAPHOS_CHECKPOINT_KEY = read_path("TAPHOS_CHECKPOINT_KEY", TAPHOS_VAR / "checkpoint.pem")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
#: In which the papers of a case may be written, each by its own name; a case says which one is its.
TAPHOS_PAPER_LANGUAGES = [
    ("az", "Azərbaycan dili"),
    ("en", "English"),
    ("fr", "français"),
    ("hy", "հայերեն"),
    ("ka", "ქართული"),
    ("ru", "русский"),
    ("tr", "Türkçe"),
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = read_str("TAPHOS_TIME_ZONE", "UTC")
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = TAPHOS_VAR / "static"
#: Where the bytes of photographs and documents lie: on this machine's disk, or in a store elsewhere.
TAPHOS_FILES = read_path("TAPHOS_FILES", TAPHOS_VAR / "files")
TAPHOS_FILES_STORAGE = read_str("TAPHOS_FILES_STORAGE", "evidence.storage.PrivateFiles")
TAPHOS_FILES_OPTIONS = read_json("TAPHOS_FILES_OPTIONS", None)
TAPHOS_LARGEST_FILE_MB = read_int("TAPHOS_LARGEST_FILE_MB", 200, minimum=1, maximum=10_000)
#: Uploads that are not finished, and work of the moment.
TAPHOS_INCOMING = TAPHOS_VAR / "incoming"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": TAPHOS_FILES_STORAGE,
        "OPTIONS": {"location": TAPHOS_FILES} if TAPHOS_FILES_OPTIONS is None else TAPHOS_FILES_OPTIONS,
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = TAPHOS_DEMO
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = [
    "cases.admin.upload_limit.UploadLimit",
    "cases.admin.upload_limit.DiskHandler",
]

#: Jobs of the background, in this database: `manage.py worker` does them.
PROCRASTINATE_WORKER_DEFAULTS: dict[str, Any] = {"delete_jobs": "successful", "concurrency": 1}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "taphos": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "config.api_authentication.ClientBearer",
        "config.api_authentication.SessionPerson",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "config.api_authentication.WithinScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["cases.api.throttling.CallerThrottle"],
    "DEFAULT_PARSER_CLASSES": ["cases.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "cases.api.schema.ApiSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "cases.api.problems.answer",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
}
#: A request's body is not larger, a caller does not call oftener, a list is not walked for longer than this.
TAPHOS_API_BODY_BYTES = read_int("TAPHOS_API_BODY_BYTES", 5 * 1024 * 1024, minimum=1024)
TAPHOS_API_CALLS_PER_MINUTE = read_int("TAPHOS_API_CALLS_PER_MINUTE", 600, minimum=1)
TAPHOS_API_ANONYMOUS_CALLS_PER_MINUTE = read_int("TAPHOS_API_ANONYMOUS_CALLS_PER_MINUTE", 60, minimum=1)
TAPHOS_API_TOKEN_SECONDS = read_int("TAPHOS_API_TOKEN_SECONDS", 900, minimum=60)
#: Streams to partners that are open at once in one process; below the number of its threads.
TAPHOS_API_STREAMS = read_int("TAPHOS_API_STREAMS", 4, minimum=1)
TAPHOS_API_CURSOR_SECONDS = read_int("TAPHOS_API_CURSOR_SECONDS", 24 * 3600, minimum=60)
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Taphos",
    "DESCRIPTION": "Forensic case tracking for mass-grave investigations. docs/partners.md is the way in.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,
    "POSTPROCESSING_HOOKS": ["cases.api.schema.share", "config.api_pages.in_order"],
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "defaultModelsExpandDepth": -1},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "LICENSE": {"name": "MIT"},
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Taphos",
    "SITE_HEADER": "Taphos",
    "SITE_SUBHEADER": _("Forensic case tracking"),
    "SITE_URL": None,
    # A quiet blue-green; the 600 step carries white text at a contrast above 4.5 : 1.
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% 0.012 222)",
            "100": "oklch(94.5% 0.024 222)",
            "200": "oklch(89.5% 0.042 222)",
            "300": "oklch(82% 0.062 222)",
            "400": "oklch(72% 0.078 222)",
            "500": "oklch(58% 0.083 222)",
            "600": "oklch(48% 0.08 222)",
            "700": "oklch(42% 0.072 222)",
            "800": "oklch(36% 0.06 222)",
            "900": "oklch(31% 0.048 222)",
            "950": "oklch(23% 0.036 222)",
        },
    },
    "SHOW_HISTORY": True,
    "STYLES": [
        lambda request: static("taphos/admin.css"),
        lambda request: static("evidence/evidence.css"),
    ],
    "SCRIPTS": [
        lambda request: static("taphos/admin.js"),
        lambda request: static("taphos/select_names.js"),
    ],
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("taphos/favicon.svg")}
    ],
    "SHOW_VIEW_ON_SITE": False,
    "ACCOUNT": {"navigation": [{"title": _("Second factor"), "link": reverse_lazy("admin:second_factor")}]},
    "SIDEBAR": {"show_search": False, "command_search": False, "navigation": "config.navigation.sidebar"},
}
