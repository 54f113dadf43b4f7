"""What a fresh embedded server is given: the two roles, the database and the extensions.

On a server of one's own the same is done by hand, as the README says.
"""

from typing import Any, Final

import psycopg

DATABASE: Final = "taphos"
OWNER_ROLE: Final = "taphos_owner"
APPLICATION_ROLE: Final = "taphos_app"
SUPERUSER: Final = "postgres"

ROLES: Final = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'taphos_owner') THEN CREATE ROLE taphos_owner; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'taphos_app') THEN CREATE ROLE taphos_app; END IF;
END $$;
ALTER ROLE taphos_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE taphos_app LOGIN NOINHERIT NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
"""
GRANTS: Final = """
ALTER DATABASE taphos OWNER TO taphos_owner;
REVOKE ALL ON DATABASE taphos FROM PUBLIC;
GRANT CONNECT ON DATABASE taphos TO taphos_app;
"""
# Trusted extensions: on a server of one's own the owner of the database may create them.
EXTENSIONS: Final = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
"""
# A server that was prepared by exactly this text is not asked again.
PREPARATION: Final = ROLES + GRANTS + EXTENSIONS


def prepare(host: str, port: int) -> None:
    """Make what is missing, as superuser; a second time changes nothing."""

    def connect(database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(host=host, port=port, dbname=database, user=SUPERUSER, autocommit=True)

    with connect("postgres") as connection:
        connection.execute(ROLES)
        if not connection.execute("SELECT FROM pg_database WHERE datname = 'taphos'").rowcount:
            connection.execute("CREATE DATABASE taphos OWNER taphos_owner")
        connection.execute(GRANTS)
    for database in ("template1", DATABASE):  # template1, so that test databases have them too
        with connect(database) as connection:
            connection.execute(EXTENSIONS)
