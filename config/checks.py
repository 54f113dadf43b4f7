"""What must hold before Taphos serves anybody outside a demonstration, each with an id and a way forward.

`refuse_unsafe_start()` runs all of these at each start of a server, as does `manage.py check --deploy
--database default`; without `--database` only the settings are looked at. They are deployment checks, so that
migrating, which the owner of the database does, stays possible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

TAG: Final = "taphos"
SECRET_LENGTH: Final = 50
SECRET_DISTINCT: Final = 10
#: Tables that only the ledger's own triggers write.
LEDGER_TABLES: Final = ("ledger_entry", "ledger_chain")

Apps = Sequence[AppConfig] | None
Check = Callable[..., list[checks.CheckMessage]]


class UnsafeStart(ImproperlyConfigured):
    """Taphos will not serve like this; the message lists what to mend."""


def outside_demonstration(check: Check) -> Check:
    """Register a deployment check that a demonstration is spared."""

    def spared(app_configs: Apps, **kwargs: Any) -> list[checks.CheckMessage]:
        return [] if settings.TAPHOS_DEMO else check(app_configs, **kwargs)

    spared.__name__ = check.__name__
    checks.register(spared, TAG, deploy=True)
    return spared


@outside_demonstration
def secret_is_ours(app_configs: Apps, **kwargs: Any) -> list[checks.CheckMessage]:
    """E001: sessions and signatures rest on a secret that nobody else has."""
    secret = settings.SECRET_KEY
    weak = len(secret) < SECRET_LENGTH or len(set(secret)) < SECRET_DISTINCT
    weak = weak or secret.startswith((settings.DEMO_SECRET, "django-insecure-"))
    return (
        []
        if not weak
        else [
            _error(
                1,
                f"SECRET_KEY is a default or shorter than {SECRET_LENGTH} characters.",
                "Set it to what `python -c 'import secrets; print(secrets.token_urlsafe(64))'` prints.",
            )
        ]
    )


@outside_demonstration
def debug_is_off(app_configs: Apps, **kwargs: Any) -> list[checks.CheckMessage]:
    """E002: a debug page shows settings, queries and records."""
    return [_error(2, "DEBUG is on.", "Unset DEBUG.")] if settings.DEBUG else []


@outside_demonstration
def hosts_are_named(app_configs: Apps, **kwargs: Any) -> list[checks.CheckMessage]:
    """E003: a forged Host header must not reach a link that we send."""
    if settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        _error(
            3,
            "ALLOWED_HOSTS is empty or allows every name.",
            "Set ALLOWED_HOSTS to the names of this server.",
        )
    ]


@outside_demonstration
def checkpoints_are_signed(
    app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """E004: without signed checkpoints nobody outside can tell that the ledger was rewritten.

    Looked for together with the database: both belong to the place where Taphos serves, not to its settings.
    """
    if not databases or settings.TAPHOS_CHECKPOINT_KEY.is_file():
        return []
    return [
        _error(
            4,
            f"There is no key to sign the ledger's checkpoints with at {settings.TAPHOS_CHECKPOINT_KEY}.",
            "Make one with `manage.py checkpoint_ledger --new-key`, or set TAPHOS_CHECKPOINT_KEY to its path.",
        )
    ]


@outside_demonstration
def cookies_are_private(app_configs: Apps, **kwargs: Any) -> list[checks.CheckMessage]:
    """E005: a session cookie travels over TLS only and no script reads it."""
    safe = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SESSION_COOKIE_HTTPONLY
    return (
        []
        if safe
        else [
            _error(
                5, "Session or CSRF cookies may travel unencrypted or be read by scripts.", "Serve over TLS."
            )
        ]
    )


@outside_demonstration
def second_factor_guards_the_admin(app_configs: Apps, **kwargs: Any) -> list[checks.CheckMessage]:
    """E011: an app that puts its own admin site in the place of ours would leave the second factor out."""
    from django.contrib import admin

    from config.second_factor import SecondFactorMixin

    # A lazy object, for which isinstance asks the site that it stands for.
    site: Any = admin.site
    if isinstance(site, SecondFactorMixin):
        return []
    return [
        _error(
            11, "The admin's site asks for no second factor.", "Keep `config.admin_site` its default site."
        )
    ]


@outside_demonstration
def database_role_is_bounded(
    app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """E006-E010: the role that serves must not be able to change what the ledger guards."""
    return [message for alias in databases or () for message in _role_faults(alias)]


_ROLE_SQL: Final = """
    select current_user,
           (select rolsuper from pg_roles where rolname = current_user),
           (select pg_has_role(datdba, 'MEMBER') from pg_database where datname = current_database()),
           (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p', 'v', 'S') and n.nspname = any(current_schemas(false))
               and pg_has_role(c.relowner, 'MEMBER')),
           array(select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where c.relname = any(%s) and n.nspname = any(current_schemas(false))
                    and has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
                  order by 1),
           to_regclass('ledger_entry') is null
"""


def _role_faults(alias: str) -> list[checks.CheckMessage]:
    way = "Serve as the application role; only `manage.py migrate` runs as the owner."
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(_ROLE_SQL, [list(LEDGER_TABLES)])
            role, superuser, owns_database, owned, writable, no_ledger = cursor.fetchone()
    except DatabaseError as fault:
        return [
            _error(6, f"The database cannot be asked: {fault}".strip(), "Start it, or mend DATABASE_URL.")
        ]
    if superuser:
        return [_error(7, f"Taphos is connected as {role}, a superuser of the database.", way)]
    faults: list[checks.CheckMessage] = []
    if owns_database or owned:
        faults.append(
            _error(
                8, f"Taphos is connected as {role}, which owns the database or {owned} of its tables.", way
            )
        )
    elif writable:
        faults.append(
            _error(
                9,
                f"Taphos is connected as {role}, which can write {', '.join(writable)} past the triggers.",
                way,
            )
        )
    if no_ledger:
        faults.append(_error(10, "The database has no ledger.", "Run `manage.py migrate` first."))
    return faults


def refuse_unsafe_start() -> None:
    """Run every check of ours, with the database; return when all hold.

    Raises UnsafeStart with the list of what does not.
    """
    faults = [
        message
        for message in sorted(
            checks.run_checks(tags=[TAG], include_deployment_checks=True, databases=["default"]),
            key=lambda message: message.id or "",
        )
        if message.is_serious()
    ]
    if faults:
        lines = "\n".join(f"  {fault.id}: {fault.msg} {fault.hint or ''}".rstrip() for fault in faults)
        raise UnsafeStart(f"Taphos does not start like this:\n{lines}")


def _error(number: int, message: str, hint: str) -> checks.Error:
    return checks.Error(message, hint=hint, id=f"{TAG}.E{number:03d}")
