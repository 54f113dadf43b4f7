"""Migration operations that put a table under the ledger, hold children in their parent's case, and grant access.

The SQL is generated from the model as the migration sees it, so that a migration says *what* is protected in one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from cases.ledger.table_rules import (
    below_triggers,
    case_references,
    code_checks,
    composite_keys,
    handling_trigger,
    ledger_triggers,
    prompt_references,
    rules_triggers,
    superseded_rules,
    withdrawn_trigger,
)

SQL = Path(__file__).with_name("sql")
SYSTEM_CHAIN = "00000000-0000-0000-0000-000000000000"
#: How the append function of each kind finds the chain of a changed row.
CHAINS = {"case": "case_id", "own": "id", "system": f"'{SYSTEM_CHAIN}'::uuid"}


def application_role() -> str:
    """Return the database role that serves requests."""
    return str(settings.TAPHOS_APP_ROLE)


class _ForwardOnly(Operation):
    """An operation that leaves the models' state alone and is not undone: a ledger has no way back."""

    reversible = False
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing in Django's picture of the models changes."""

    def database_backwards(self, *args: Any) -> None:
        """Refuse."""
        raise NotImplementedError("what was recorded is not unrecorded")

    def describe(self) -> str:
        """Return one line for `migrate`."""
        return type(self).__name__


class InstallLedger(_ForwardOnly):
    """Make the ledger's tables and functions."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Run the SQL files and grant the application role no more than reading."""
        execute = schema_editor.execute
        execute((SQL / "ledger.sql").read_text(), params=None)
        execute((SQL / "below.sql").read_text(), params=None)
        template = (SQL / "append.sql").read_text()
        for kind, chain in CHAINS.items():
            execute(template.replace("{kind}", kind).replace("{chain}", chain), params=None)
        execute(f"REVOKE ALL ON ledger_entry, ledger_chain FROM {application_role()}")
        execute(f"GRANT SELECT ON ledger_entry, ledger_chain TO {application_role()}")


class GrantSupportingTables(_ForwardOnly):
    """Let the application role use the tables of the libraries (sessions, devices, lock-outs), now and later.

    Tables of the domain take this back for themselves: `ProtectTable` and `InstallLedger` grant less.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Grant on what exists and on what will be made."""
        role = application_role()
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}",
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
        ):
            schema_editor.execute(statement, params=None)


class ProtectTable(_ForwardOnly):
    """Put one table under the ledger and grant the application role what it needs of it.

    `chain` is `case` for rows that carry their case, `own` for the case itself, `system` for rows of no case.
    `hidden` names columns that are secrets of the installation (a password's hash) and stay out of the payload.
    `while_closed` lets the rows change while their case is closed, which only its team needs.
    """

    def __init__(
        self, model: str, chain: str = "case", hidden: Iterable[str] = (), *, while_closed: bool = False
    ) -> None:
        self.model = model
        self.chain = chain
        self.hidden = tuple(hidden)
        self.while_closed = while_closed

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what rebuilds it."""
        options = {"chain": self.chain, "hidden": self.hidden, "while_closed": self.while_closed}
        return type(self).__name__, [self.model], options

    def describe(self) -> str:
        """Return one line for `migrate`."""
        return f"Put {self.model} under the ledger"

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add triggers, composite keys, code checks and grants."""
        model = to_state.apps.get_model(app_label, self.model)
        for statement in self.statements(model):
            schema_editor.execute(statement, params=None)

    def statements(self, model: Any) -> Iterator[str]:
        """Yield the SQL that protects this model's table."""
        table = model._meta.db_table
        yield from ledger_triggers(table, self.chain, self.hidden)
        yield from code_checks(model)
        yield from prompt_references(table)
        if self.chain == "case":
            yield f"ALTER TABLE {table} ADD CONSTRAINT {table}_in_case UNIQUE (case_id, id)"
            yield from composite_keys(model)
            yield from rules_triggers(model, while_closed=self.while_closed)
            yield from withdrawn_trigger(table)
            yield from handling_trigger(table)
        yield f"REVOKE ALL ON {table} FROM {application_role()}"
        yield f"GRANT SELECT, INSERT, UPDATE ON {table} TO {application_role()}"


class ProtectReferences(_ForwardOnly):
    """Hold references that were added to a protected table inside the case, and under its handling, too."""

    def __init__(self, model: str, fields: Iterable[str], *, while_closed: bool = False) -> None:
        self.model = model
        self.fields = tuple(fields)
        self.while_closed = while_closed

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what rebuilds it."""
        options = {"fields": self.fields, "while_closed": self.while_closed}
        return type(self).__name__, [self.model], options

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add keys for the new references; renew the rules, which name all of them."""
        model = to_state.apps.get_model(app_label, self.model)
        rules = rules_triggers(model, while_closed=self.while_closed)
        for statement in [*composite_keys(model, self.fields), *rules]:
            schema_editor.execute(statement, params=None)


class RenewRules(_ForwardOnly):
    """Hold the rules of all records of an app as `table_rules` says now."""

    def __init__(self, while_closed: Iterable[str] = ()) -> None:
        self.while_closed = tuple(while_closed)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what rebuilds it."""
        return type(self).__name__, [], {"while_closed": self.while_closed}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Take away the old triggers and make the new ones."""
        schema_editor.execute((SQL / "below.sql").read_text(), params=None)
        for model in to_state.apps.get_app_config(app_label).get_models():
            columns = {field.column for field in model._meta.local_fields}
            if {"case_id", "withdrawn_at"} <= columns:
                for statement in self.statements(model):
                    schema_editor.execute(statement, params=None)

    def statements(self, model: Any) -> Iterator[str]:
        """Yield the SQL for one model's table."""
        yield from superseded_rules(model)
        yield from rules_triggers(model, while_closed=model.__name__ in self.while_closed)
        yield from withdrawn_trigger(model._meta.db_table)
        for field in case_references(model):
            yield from below_triggers(field)


class FreezeColumns(_ForwardOnly):
    """Refuse any update of these columns, in the name of one rule."""

    def __init__(self, model: str, rule: str, columns: Iterable[str]) -> None:
        self.model = model
        self.rule = rule
        self.columns = tuple(columns)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what rebuilds it."""
        return type(self).__name__, [self.model], {"rule": self.rule, "columns": self.columns}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add the trigger; the rule is known as `<table>_<rule>`, like a constraint."""
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        differs = " OR ".join(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in self.columns)
        name = f"ledger_4_{self.rule}"
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({differs}) "
            f"EXECUTE FUNCTION ledger_rule('{table}_{self.rule}')",
            params=None,
        )
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}", params=None)


class KeepColumns(_ForwardOnly):
    """Refuse any update of a table that touches more than the named columns: superseded, never edited."""

    def __init__(self, model: str, changeable: Iterable[str]) -> None:
        self.model = model
        self.changeable = tuple(changeable)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what rebuilds it."""
        return type(self).__name__, [self.model], {"changeable": self.changeable}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add the trigger."""
        model = to_state.apps.get_model(app_label, self.model)
        table = model._meta.db_table
        free = {"version", *self.changeable}
        kept = [f.column for f in model._meta.local_fields if f.column not in free]
        differs = " OR ".join(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in kept)
        schema_editor.execute(
            f"CREATE TRIGGER ledger_4_superseded_only BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({differs}) "
            "EXECUTE FUNCTION ledger_refuse()",
            params=None,
        )
        schema_editor.execute(
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER ledger_4_superseded_only", params=None
        )


class HoldWorkflow(_ForwardOnly):
    """Make the transitions of a workflow the only ways in which a table's status can change.

    `reasoned` are those of them that are taken only with a reason.
    """

    def __init__(
        self,
        model: str,
        initial: Iterable[str],
        transitions: Iterable[tuple[str, str]],
        reasoned: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.model = model
        self.initial = tuple(initial)
        self.transitions = tuple(transitions)
        self.reasoned = tuple(reasoned)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what rebuilds it."""
        options = {"initial": self.initial, "transitions": self.transitions, "reasoned": self.reasoned}
        return type(self).__name__, [self.model], options

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Install or replace the triggers."""
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        pairs = ", ".join(f"('{source}', '{target}')" for source, target in self.transitions)
        starts = ", ".join(f"'{status}'" for status in self.initial)
        reasoned = ", ".join(f"('{source}', '{target}')" for source, target in self.reasoned)
        without_reason = f"""
                IF (OLD.status, NEW.status) IN ({reasoned})
                   AND btrim(coalesce(current_setting('taphos.reason', true), '')) = '' THEN
                    RAISE EXCEPTION 'the way from % to % is taken only with a reason', OLD.status, NEW.status
                        USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_reason_given';
                END IF;"""
        # The pairs stand in the function and not in the trigger's WHEN, which is read anew for every statement.
        schema_editor.execute(
            f"""CREATE OR REPLACE FUNCTION {table}_workflow() RETURNS trigger LANGUAGE plpgsql
            SET search_path = pg_catalog AS $$
            BEGIN
                IF TG_OP = 'INSERT' OR (OLD.status, NEW.status) NOT IN ({pairs}) THEN
                    RAISE EXCEPTION '% has no way from % to %', TG_TABLE_NAME,
                        CASE TG_OP WHEN 'UPDATE' THEN OLD.status ELSE 'nothing' END, NEW.status
                        USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_workflow';
                END IF;{without_reason if reasoned else ""}
                RETURN NEW;
            END $$""",
            params=None,
        )
        for old in ("ledger_4_status_step", "ledger_4_reason"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {old} ON {table}", params=None)
        for name, clause in (
            (
                "ledger_4_status_start",
                f"BEFORE INSERT ON {table} FOR EACH ROW WHEN (NEW.status NOT IN ({starts}))",
            ),
            (
                "ledger_4_status",
                f"BEFORE UPDATE ON {table} FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)",
            ),
        ):
            schema_editor.execute(
                f"CREATE OR REPLACE TRIGGER {name} {clause} EXECUTE FUNCTION {table}_workflow()", params=None
            )
            schema_editor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}", params=None)


class TimeStatus(_ForwardOnly):
    """Let the database say since when each row is in its status; rows that are there already learn it of the ledger.

    The model has a `status_since_field()`. No row is written through the ledger for it: nothing about them changed.
    """

    def __init__(self, model: str) -> None:
        self.model = model

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what rebuilds it."""
        return type(self).__name__, [self.model], {}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Fill the column in, then hold it."""
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        for statement in self.statements(table):
            schema_editor.execute(statement, params=None)

    def statements(self, table: str) -> Iterator[str]:
        """Yield the SQL."""
        yield f"ALTER TABLE {table} DISABLE TRIGGER USER"
        yield f"""UPDATE {table} t SET status_since = s.since FROM (
                SELECT DISTINCT ON (record_id) record_id,
                       timestamptz 'epoch' + at_us * interval '1 microsecond' AS since
                FROM (
                    SELECT record_id, seq, at_us, status,
                           lag(status) OVER (PARTITION BY record_id ORDER BY seq) AS before
                    FROM ledger_entry, json_to_record(payload::json) AS p(status text)
                    WHERE table_name = '{table}'
                ) e
                WHERE before IS DISTINCT FROM status ORDER BY record_id, seq DESC
            ) s WHERE t.id::text = s.record_id"""
        yield f"""DO $$
            DECLARE
                found record;
            BEGIN
                FOR found IN
                    SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal
                LOOP
                    EXECUTE format('ALTER TABLE {table} ENABLE ALWAYS TRIGGER %I', found.tgname);
                END LOOP;
            END $$"""
        for event, when in (
            ("INSERT", ""),
            (
                "UPDATE",
                "WHEN (OLD.status IS DISTINCT FROM NEW.status "
                "OR OLD.status_since IS DISTINCT FROM NEW.status_since) ",
            ),
        ):
            name = f"ledger_3_status_since_{event.lower()}"
            yield (
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}"
                "EXECUTE FUNCTION ledger_status_since()"
            )
            yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


class RunSqlFile(_ForwardOnly):
    """Run one file of `cases/ledger/sql/` (or another app's) as it stands."""

    def __init__(self, path: str) -> None:
        self.path = path

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what rebuilds it."""
        return type(self).__name__, [self.path], {}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Run it, with {app_role} replaced by the application's role."""
        text = (settings.BASE_DIR / self.path).read_text()
        schema_editor.execute(text.replace("{app_role}", application_role()), params=None)
