"""The SQL of the rules that every table under the ledger keeps to, made from a model as a migration sees it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any


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
        yield from below_triggers(field)


def below_triggers(field: Any) -> Iterator[str]:
    """Yield what a reference asks of the record referred to; `below.sql` finds the rows below by the keys."""
    table, parent = field.model._meta.db_table, field.related_model._meta.db_table
    if getattr(field, "keeps", False):
        yield f"COMMENT ON CONSTRAINT {table}_{field.name}_same_case ON {table} IS 'keeps'"
        yield from _always(
            parent,
            "ledger_7_kept",
            "AFTER UPDATE",
            "WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL) EXECUTE FUNCTION ledger_kept()",
        )
    yield from handling_trigger(parent)


def handling_trigger(table: str) -> Iterator[str]:
    """Yield what keeps a record from being restricted past what hangs on it, or is said about it as a topic."""
    yield from _always(
        table,
        "ledger_7_handling_below",
        "AFTER UPDATE",
        "WHEN (OLD.handling IS DISTINCT FROM NEW.handling) EXECUTE FUNCTION ledger_handling_below()",
    )


def rules_triggers(model: Any, *, while_closed: bool = False) -> Iterator[str]:
    """Yield the triggers that hold what every record of a case must keep to.

    A closed case takes no new or changed rows. What hangs on a record that is not open to all of the team has that
    record's handling too; otherwise the child's page, or its label, would tell that the parent exists. Nothing new
    hangs on a withdrawn record. Each trigger runs after the ledger's, which waits for whoever writes to the case, or
    waits itself: a closing, a withdrawal or a change of handling at the same moment is seen. A changed row is asked
    what it hangs on only where that, or its handling, changes: the database sees that before it calls anything.
    """
    table = model._meta.db_table
    columns = [field.column for field in case_references(model)]
    if while_closed:
        if columns:
            raise ValueError(f"{table}: what is written to while the case is closed hangs on the case alone")
        return
    yield rules_function(model)
    for event in ("INSERT", "UPDATE"):
        name = f"ledger_6_rules_{event.lower()}"
        yield (
            f"CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {table} REFERENCING NEW TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_record_rules()"
        )
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
    if columns:
        yield hanging_function(model)
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in ("handling", *columns))
        yield from _always(
            table, "ledger_6_hanging", "AFTER UPDATE", f"WHEN ({changed}) EXECUTE FUNCTION {table}_hanging()"
        )


def rules_function(model: Any) -> str:
    """Return the function of the triggers for each statement, for the references that the model has."""
    table = model._meta.db_table
    wrong = " UNION ALL ".join(
        _wrong(
            f"changed c JOIN {field.related_model._meta.db_table} p ON p.id = c.{field.column}",
            "c",
            "p.withdrawn_at IS NOT NULL AND c.withdrawn_at IS NULL",
        )
        for field in case_references(model)
    )
    hanging = f"""
            IF TG_OP = 'INSERT' THEN
                {_refuse(table, wrong)}
            END IF;"""
    return _function(
        f"{table}_record_rules",
        f"""IF EXISTS (
                SELECT 1 FROM (SELECT DISTINCT case_id FROM changed) c
                JOIN cases_case k ON k.id = c.case_id WHERE k.status = 'closed'
            ) THEN
                RAISE EXCEPTION 'the case is closed: {table} takes no change'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_case_closed';
            END IF;{hanging if wrong else ""}""",
    )


def hanging_function(model: Any) -> str:
    """Return the function of the trigger for each row that hangs on something else now, or has another handling."""
    table = model._meta.db_table
    wrong = " UNION ALL ".join(
        _wrong(
            f"{field.related_model._meta.db_table} p",
            "NEW",
            "p.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS NULL "
            f"AND OLD.{field.column} IS DISTINCT FROM NEW.{field.column}",
        )
        + f" AND p.id = NEW.{field.column}"
        for field in case_references(model)
    )
    return _function(
        f"{table}_hanging",
        f"""PERFORM ledger_wait(NEW.case_id);
            {_refuse(table, wrong)}""",
    )


def _wrong(rows: str, child: str, on_withdrawn: str) -> str:
    """Return the question which rule a child breaks by what it hangs on (`p` of the rows)."""
    restricted = f"p.handling <> 'open' AND p.handling <> {child}.handling"
    return (
        f"SELECT CASE WHEN {restricted} THEN '_handling_of_parent' ELSE '_parent_withdrawn' END AS rule FROM {rows} "
        f"WHERE ({restricted} OR {on_withdrawn})"
    )


def _refuse(table: str, wrong: str) -> str:
    """Return what refuses a write in the name of the rule that is broken, if any is."""
    return f"""SELECT rule INTO v_rule FROM ({wrong}) AS hanging LIMIT 1;
            IF v_rule IS NOT NULL THEN
                RAISE EXCEPTION 'a record of {table} hangs on one that it may not hang on (%)', v_rule
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{table}' || v_rule;
            END IF;"""


def _function(name: str, body: str) -> str:
    """Return a function for triggers after the event, which may keep the name of a broken rule in `v_rule`."""
    return f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS $$
        DECLARE
            v_rule text;
        BEGIN
            {body}
            RETURN NULL;
        END $$"""


def withdrawn_trigger(table: str) -> Iterator[str]:
    """Yield the trigger that keeps a withdrawn row as it was; its handling alone may follow what it belongs to."""
    yield from _always(
        table,
        "ledger_4_withdrawn",
        "BEFORE UPDATE",
        f"WHEN (OLD.withdrawn_at IS NOT NULL) EXECUTE FUNCTION ledger_stays('{table}_stays_withdrawn')",
    )


def superseded_rules(model: Any) -> Iterator[str]:
    """Yield what takes away how these rules were held before: a trigger for each rule, and one for each child."""
    table = model._meta.db_table
    for name in ("handling", "parents", "open"):
        for event in ("insert", "update"):
            yield f"DROP TRIGGER IF EXISTS ledger_6_{name}_{event} ON {table}"
    yield f"DROP FUNCTION IF EXISTS {table}_handling(), {table}_parents()"
    for field in case_references(model):
        parent = field.related_model._meta.db_table
        for rule, trigger in (
            (f"{table}_{field.name}_handling_below", f"{table}_{field.name}_handling_below"),
            (f"{table}_{field.name}_kept", f"ledger_7_{table}_{field.name}_kept"),
        ):
            yield f"DROP TRIGGER IF EXISTS {trigger} ON {parent}"
            yield f"DROP FUNCTION IF EXISTS {rule}()"


def _always(table: str, name: str, event: str, clause: str) -> Iterator[str]:
    """Yield a trigger for each row that fires whatever the session says."""
    yield f"CREATE OR REPLACE TRIGGER {name} {event} ON {table} FOR EACH ROW {clause}"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
