-- What is asked of a record on which others hang, found by the keys (case_id, x) -> (case_id, id) that lead to it.
-- These functions run only in the rare case that the trigger's WHEN names, so that a plain change pays nothing for
-- however many kinds of records hang on it.

-- Wait for whoever writes to the case, as the ledger's own trigger will: by then their rows are seen.
CREATE OR REPLACE FUNCTION ledger_wait(v_case uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM ledger_chain WHERE chain = v_case FOR UPDATE;
END $$;

CREATE OR REPLACE FUNCTION ledger_below(v_parent regclass)
    RETURNS TABLE (child text, reference text, keeps boolean) STABLE LANGUAGE sql
    SET search_path = pg_catalog AS $$
    SELECT t.relname::text, a.attname::text, coalesce(obj_description(k.oid, 'pg_constraint') = 'keeps', false)
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[2]
    WHERE k.confrelid = v_parent AND k.contype = 'f' AND cardinality(k.conkey) = 2
    ORDER BY 1, 2
$$;

-- A record is not withdrawn from what the investigation knows, or from confidence, while others that hang on it stay.
CREATE OR REPLACE FUNCTION ledger_handling_below() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_below record;
    v_other boolean;
BEGIN
    IF NEW.handling = 'open' THEN
        RETURN NULL;
    END IF;
    PERFORM ledger_wait(NEW.case_id);
    FOR v_below IN SELECT * FROM ledger_below(TG_RELID) LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I WHERE %I = $1 AND handling <> $2)',
                       v_below.child, v_below.reference) INTO v_other USING NEW.id, NEW.handling;
        IF v_other THEN
            RAISE EXCEPTION 'records of % below it have another handling', v_below.child
                USING ERRCODE = 'check_violation', CONSTRAINT = v_below.child || '_handling_of_parent';
        END IF;
    END LOOP;
    -- What is said about a record hangs on its topic, which names it without a key (`topic_rules.sql`).
    IF to_regclass('public.cases_topic') IS NOT NULL THEN
        IF EXISTS (
            SELECT 1 FROM public.cases_topic t
            WHERE t.table_name = TG_TABLE_NAME AND t.record_id = NEW.id AND t.handling <> NEW.handling
        ) THEN
            RAISE EXCEPTION 'what is said about it has another handling'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_topic_handling_of_parent';
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- A record is not withdrawn while others hang on it that mean nothing without it.
CREATE OR REPLACE FUNCTION ledger_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_below record;
    v_held  boolean;
BEGIN
    PERFORM ledger_wait(NEW.case_id);
    FOR v_below IN SELECT * FROM ledger_below(TG_RELID) WHERE keeps LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I WHERE %I = $1 AND withdrawn_at IS NULL)',
                       v_below.child, v_below.reference) INTO v_held USING NEW.id;
        IF v_held THEN
            RAISE EXCEPTION 'records of % hang on it', v_below.child
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = v_below.child || '_' || regexp_replace(v_below.reference, '_id$', '') || '_kept';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- A row stays as it is, but for its handling, which follows what it belongs to.
CREATE OR REPLACE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF to_jsonb(OLD) - '{version,handling}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{version,handling}'::text[] THEN
        RAISE EXCEPTION '% of % breaks the rule %', TG_OP, TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NEW;
END $$;
