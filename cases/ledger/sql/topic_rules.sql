-- A topic is a record of its own case, of a kind that is under the ledger and is about nothing itself; where that record
-- is not open to all of the team, neither is its topic, and so nothing that is about it. Kinds are found in the catalogue,
-- not in a list: a table that an app adds later is known as soon as it is under the ledger.
CREATE FUNCTION cases_topic_kinds() RETURNS SETOF text STABLE LANGUAGE sql
    SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE about(id) AS (
        SELECT 'cases_topic'::regclass::oid
        UNION
        SELECT k.conrelid FROM pg_constraint k JOIN about ON k.confrelid = about.id WHERE k.contype = 'f'
    )
    SELECT c.relname::text
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE n.nspname = 'public' AND t.tgname = 'ledger_5_insert' AND p.proname = 'ledger_append_case'
      AND c.oid NOT IN (SELECT id FROM about)
$$;

CREATE FUNCTION cases_topic_record() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_topic    record;
    v_case     uuid;
    v_handling text;
BEGIN
    FOR v_topic IN SELECT * FROM changed LOOP
        IF v_topic.table_name NOT IN (SELECT cases_topic_kinds()) THEN
            RAISE EXCEPTION 'nothing is about a record of %', v_topic.table_name
                USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_topic_kind_known';
        END IF;
        EXECUTE format('SELECT case_id, handling FROM public.%I WHERE id = $1', v_topic.table_name)
            INTO v_case, v_handling USING v_topic.record_id;
        IF v_case IS DISTINCT FROM v_topic.case_id THEN
            RAISE EXCEPTION 'the case of the topic has no such record'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_topic_record_same_case';
        END IF;
        IF v_handling <> 'open' AND v_handling <> v_topic.handling THEN
            RAISE EXCEPTION 'a topic must have the handling of its record'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_topic_handling_of_parent';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_6_record_insert AFTER INSERT ON cases_topic REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_topic_record();
CREATE TRIGGER ledger_6_record_update AFTER UPDATE ON cases_topic REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_topic_record();
ALTER TABLE cases_topic ENABLE ALWAYS TRIGGER ledger_6_record_insert;
ALTER TABLE cases_topic ENABLE ALWAYS TRIGGER ledger_6_record_update;

-- A record is not restricted past what is said about it: `below.sql` asks. Tables of records on which nothing hangs by a
-- key, and that are older than this rule, are told to ask here; `ProtectTable` tells every later one.
DO $$
DECLARE
    v_table text;
BEGIN
    FOR v_table IN SELECT cases_topic_kinds() LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER ledger_7_handling_below AFTER UPDATE ON %I FOR EACH ROW '
            'WHEN (OLD.handling IS DISTINCT FROM NEW.handling) EXECUTE FUNCTION ledger_handling_below()', v_table);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER ledger_7_handling_below', v_table);
    END LOOP;
END $$;
