"""The database of the tests: made by its owner, used as the application role, like in production."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.actors import Cast, make_cast
from tests.browser import chromium, desk

#: Fixtures for every folder.
__all__ = ["chromium", "desk"]


def pytest_configure() -> None:
    """Start the embedded server unless the tests run on one of their own."""
    if not os.environ.get("DATABASE_URL"):
        from config import postgres

        postgres.start()
    from django.conf import settings

    settings.SECURE_SSL_REDIRECT = False  # the test client speaks plain HTTP
    files = Path(tempfile.mkdtemp(prefix="taphos-tests-"))
    storages: Any = settings.STORAGES
    storages["default"]["OPTIONS"]["location"] = files / "files"
    settings.TAPHOS_INCOMING = files / "incoming"
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    settings.STATIC_ROOT.mkdir(
        parents=True, exist_ok=True
    )  # WhiteNoise warns of static files never collected


def _become(role: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["USER"] = role


def _end_sessions_of(role: str) -> None:
    """End what a role has open beside this: a request that a closed browser gave up may still hold its session."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = %s AND pid <> pg_backend_pid()",
            [role],
        )


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Copy the migrated database as the owner, then hand the connection to the application role."""
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from tests.template import migrated

    with django_db_blocker.unblock():
        _become(settings.TAPHOS_OWNER_ROLE)
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated()
        created = setup_databases(
            verbosity=0,
            interactive=False,
            keepdb=django_db_keepdb and not django_db_createdb,
            serialized_aliases=[],
        )
        _become(settings.TAPHOS_APP_ROLE)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            for role in (settings.TAPHOS_APP_ROLE, settings.TAPHOS_OWNER_ROLE):
                _become(role)
                _end_sessions_of(role)
            teardown_databases(created, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _empty_as_owner() -> Iterator[None]:
    """Empty the database after a transactional test as its owner: Django's flush is a refused TRUNCATE.

    For the whole session, because the database is emptied after the test's own fixtures are gone.
    """
    from django.test import TransactionTestCase

    from tests.owner import empty_database

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: empty_database())
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """One person per role in case A, and one who works on case B only."""
    return make_cast()
