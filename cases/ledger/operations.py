"""Migration operations that put a table under the ledger, hold children in their parent's case, and grant access.

The SQL is generated from the model as the migration sees it, so that a migration says *what* is protected in one line.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

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
            yield from handling_triggers(model)
            yield from parent_triggers(model)
            yield from kept_triggers(model)
            yield from withdrawn_trigger(model)
            if not self.while_closed:
                yield from open_case_triggers(table)
        yield f"REVOKE ALL ON {table} FROM {application_role()}"
        yield f"GRANT SELECT, INSERT, UPDATE ON {table} TO {application_role()}"


def ledger_triggers(table: str, chain: str, hidden: Iterable[str] = ()) -> Iterator[str]:
    """Yield the triggers that record every change of a table and refuse to lose any."""
    argument = f"'{','.join(hidden)}'" if hidden else ""
    for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        name = f"ledger_5_{event.lower()}"
        yield (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_{chain}({argument})"
        )
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
    frozen = "OLD.id IS DISTINCT FROM NEW.id"
    if chain == "case":
        frozen += " OR OLD.case_id IS DISTINCT FROM NEW.case_id"
    for name, clause in (
        (
            "ledger_1_freeze",
            f"BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({frozen}) EXECUTE FUNCTION ledger_freeze()",
        ),
        (
            "ledger_2_first",
            f"BEFORE INSERT ON {table} FOR EACH ROW WHEN (NEW.version <> 1) "
            "EXECUTE FUNCTION ledger_first_version()",
        ),
        (
            "ledger_2_version",
            f"BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_count_version()",
        ),
        ("ledger_3_keep", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"),
    ):
        yield f"CREATE TRIGGER {name} {clause}"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def prompt_references(table: str) -> Iterator[str]:
    """Yield what makes the table's references hold at once, not only at the end of the transaction.

    A refusal then names the statement it is about, and every transaction locks what it refers to before it locks the
    chain: the other order, at the end, met in deadlocks with whoever was changing the case.
    """
    yield f"""DO $$
        DECLARE
            reference record;
        BEGIN
            FOR reference IN
                SELECT conname FROM pg_constraint
                WHERE conrelid = '{table}'::regclass AND contype = 'f' AND condeferrable
            LOOP
                EXECUTE format('ALTER TABLE {table} ALTER CONSTRAINT %I NOT DEFERRABLE', reference.conname);
            END LOOP;
        END $$"""


def code_checks(model: Any) -> Iterator[str]:
    """Yield one CHECK per coded column: its key begins with the name of its list."""
    table = model._meta.db_table
    for field in model._meta.local_fields:
        scheme = getattr(field, "scheme", None)
        if scheme:
            yield (
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.name}_list "
                f"CHECK ({field.column} IS NULL OR starts_with({field.column}, '{scheme}.'))"
            )


def case_references(model: Any) -> Iterator[Any]:
    """Yield the model's references to other records of the same case."""
    for field in model._meta.local_fields:
        if field.is_relation and not field.db_constraint:
            yield field


def composite_keys(model: Any, names: Container[str] | None = None) -> Iterator[str]:
    """Yield the keys that hold each reference (or each of these) inside the record's own case."""
    table = model._meta.db_table
    for field in case_references(model):
        if names is not None and field.name not in names:
            continue
        parent = field.related_model._meta.db_table
        yield (
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.name}_same_case "
            f"FOREIGN KEY (case_id, {field.column}) REFERENCES {parent} (case_id, id)"
        )


def handling_triggers(model: Any) -> Iterator[str]:
    """Yield triggers that keep a child from being seen by those who may not see its parent.

    What hangs on a record that is not open to all of the team has that record's handling too; otherwise the child's
    page, or its label, would tell that the parent exists.
    """
    table = model._meta.db_table
    references = list(case_references(model))
    if not references:
        return
    yield _handling_function(table, references)
    for event in ("INSERT", "UPDATE"):
        name = f"ledger_6_handling_{event.lower()}"
        yield (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING NEW TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_handling()"
        )
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
    for field in references:
        yield from _parent_handling_trigger(table, field)


def _handling_function(table: str, references: list[Any]) -> str:
    tests = " UNION ALL ".join(
        f"SELECT 1 FROM changed c JOIN {f.related_model._meta.db_table} p ON p.id = c.{f.column} "
        f"WHERE p.handling <> 'open' AND p.handling <> c.handling"
        for f in references
    )
    return f"""CREATE OR REPLACE FUNCTION {table}_handling() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
            IF EXISTS ({tests}) THEN
                RAISE EXCEPTION 'a record of {table} must have the handling of what it belongs to'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_handling_of_parent';
            END IF;
            RETURN NULL;
        END $$"""


def _parent_handling_trigger(table: str, field: Any) -> Iterator[str]:
    parent = field.related_model._meta.db_table
    name = f"{table}_{field.name}_handling_below"
    yield f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
            IF NEW.handling <> 'open' AND EXISTS (
                SELECT 1 FROM {table} c WHERE c.{field.column} = NEW.id AND c.handling <> NEW.handling
            ) THEN
                RAISE EXCEPTION 'records of {table} below it have another handling'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_handling_of_parent';
            END IF;
            RETURN NULL;
        END $$"""
    yield (
        f"CREATE TRIGGER {name} AFTER UPDATE ON {parent} FOR EACH ROW "
        f"WHEN (OLD.handling IS DISTINCT FROM NEW.handling) EXECUTE FUNCTION {name}()"
    )
    yield f"ALTER TABLE {parent} ENABLE ALWAYS TRIGGER {name}"


def parent_triggers(model: Any) -> Iterator[str]:
    """Yield triggers by which nothing new hangs on a withdrawn record, also when it is withdrawn at the same moment.

    They run after the ledger's trigger, which waits for whoever writes to the case: by then a withdrawal is seen.
    """
    table = model._meta.db_table
    if not (references := list(case_references(model))):
        return
    yield _parents_function(table, references)
    for event, rows in (
        ("INSERT", "NEW TABLE AS changed"),
        ("UPDATE", "OLD TABLE AS before NEW TABLE AS changed"),
    ):
        name = f"ledger_6_parents_{event.lower()}"
        yield (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {rows} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_parents()"
        )
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def _parents_function(table: str, references: list[Any]) -> str:
    def tests(rows: str, more: str) -> str:
        return " UNION ALL ".join(
            f"SELECT 1 FROM {rows} JOIN {f.related_model._meta.db_table} p ON p.id = c.{f.column} "
            f"WHERE p.withdrawn_at IS NOT NULL AND c.withdrawn_at IS NULL{more.format(column=f.column)}"
            for f in references
        )

    new = tests("changed c", "")
    other = tests("before b JOIN changed c ON c.id = b.id", " AND b.{column} IS DISTINCT FROM c.{column}")
    return f"""CREATE OR REPLACE FUNCTION {table}_parents() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS $$
        DECLARE
            hangs boolean;
        BEGIN
            IF TG_OP = 'INSERT' THEN
                hangs := EXISTS ({new});
            ELSE
                hangs := EXISTS ({other});
            END IF;
            IF hangs THEN
                RAISE EXCEPTION 'a record of {table} hangs on one that is withdrawn'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_parent_withdrawn';
            END IF;
            RETURN NULL;
        END $$"""


def kept_triggers(model: Any) -> Iterator[str]:
    """Yield triggers by which a record is not withdrawn while others hang on it that mean nothing without it.

    They run after the ledger's trigger, which holds the case's lock.
    """
    table = model._meta.db_table
    for field in case_references(model):
        if not getattr(field, "keeps", False):
            continue
        parent = field.related_model._meta.db_table
        rule = f"{table}_{field.name}_kept"
        yield f"""CREATE FUNCTION {rule}() RETURNS trigger LANGUAGE plpgsql
            SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM before b JOIN changed p ON p.id = b.id
                    JOIN {table} c ON c.{field.column} = p.id AND c.withdrawn_at IS NULL
                    WHERE b.withdrawn_at IS NULL AND p.withdrawn_at IS NOT NULL
                ) THEN
                    RAISE EXCEPTION 'records of {table} hang on it'
                        USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}';
                END IF;
                RETURN NULL;
            END $$"""
        name = f"ledger_7_{rule}"
        yield (
            f"CREATE TRIGGER {name} AFTER UPDATE ON {parent} REFERENCING OLD TABLE AS before NEW TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {rule}()"
        )
        yield f"ALTER TABLE {parent} ENABLE ALWAYS TRIGGER {name}"


def withdrawn_trigger(model: Any) -> Iterator[str]:
    """Yield the trigger that keeps a withdrawn row as it was; its handling alone may follow what it belongs to."""
    table = model._meta.db_table
    free = {"version", "handling"}
    differs = " OR ".join(
        f"OLD.{f.column} IS DISTINCT FROM NEW.{f.column}"
        for f in model._meta.local_fields
        if f.column not in free
    )
    yield (
        f"CREATE OR REPLACE TRIGGER ledger_4_withdrawn BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (OLD.withdrawn_at IS NOT NULL AND ({differs})) "
        f"EXECUTE FUNCTION ledger_rule('{table}_stays_withdrawn')"
    )
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER ledger_4_withdrawn"


def open_case_triggers(table: str) -> Iterator[str]:
    """Yield the triggers by which a closed case takes no new or changed rows."""
    for event in ("INSERT", "UPDATE"):
        name = f"ledger_6_open_{event.lower()}"
        yield (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING NEW TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION ledger_case_is_open()"
        )
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


class ProtectReferences(_ForwardOnly):
    """Hold references that were added to a protected table inside the case, and under its handling, too."""

    def __init__(self, model: str, fields: Iterable[str]) -> None:
        self.model = model
        self.fields = tuple(fields)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what rebuilds it."""
        return type(self).__name__, [self.model], {"fields": self.fields}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add keys and triggers for the new references; renew what lists all columns."""
        model = to_state.apps.get_model(app_label, self.model)
        table = model._meta.db_table
        references = list(case_references(model))
        statements = [
            *composite_keys(model, self.fields),
            _handling_function(table, references),
            _parents_function(table, references),
            *withdrawn_trigger(model),
        ]
        for field in references:
            if field.name in self.fields:
                statements += _parent_handling_trigger(table, field)
        for statement in statements:
            schema_editor.execute(statement, params=None)


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
        schema_editor.execute(
            f"""CREATE OR REPLACE FUNCTION {table}_workflow() RETURNS trigger LANGUAGE plpgsql
            SET search_path = pg_catalog AS $$
            BEGIN
                RAISE EXCEPTION '% has no way from % to %', TG_TABLE_NAME,
                    CASE TG_OP WHEN 'UPDATE' THEN OLD.status ELSE 'nothing' END, NEW.status
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_workflow';
            END $$""",
            params=None,
        )
        function = f"{table}_workflow()"
        triggers = [
            (
                "ledger_4_status_start",
                f"BEFORE INSERT ON {table} FOR EACH ROW WHEN (NEW.status NOT IN ({starts}))",
                function,
            ),
            (
                "ledger_4_status_step",
                f"BEFORE UPDATE ON {table} FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status "
                f"AND (OLD.status, NEW.status) NOT IN ({pairs}))",
                function,
            ),
        ]
        if self.reasoned:
            reasoned = ", ".join(f"('{source}', '{target}')" for source, target in self.reasoned)
            triggers.append(
                (
                    "ledger_4_reason",
                    f"BEFORE UPDATE ON {table} FOR EACH ROW WHEN ((OLD.status, NEW.status) IN ({reasoned}) "
                    "AND btrim(coalesce(current_setting('taphos.reason', true), '')) = '')",
                    f"ledger_rule('{table}_reason_given')",
                )
            )
        for name, clause, called in triggers:
            schema_editor.execute(
                f"CREATE OR REPLACE TRIGGER {name} {clause} EXECUTE FUNCTION {called}", params=None
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
