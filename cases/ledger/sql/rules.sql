-- Rules that many tables share. Each refusal names its rule, as a constraint would, so that it can be said in words.

-- Refuse, in the name of the rule that the trigger gives: what is refused stands in the trigger's WHEN.
CREATE FUNCTION ledger_rule() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% of % breaks the rule %', TG_OP, TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
END $$;

-- A closed case takes no new or changed records. It runs after the ledger's trigger, which holds the case's lock, so a
-- record cannot slip in while the case is being closed.
CREATE FUNCTION ledger_case_is_open() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT case_id FROM changed) c
        JOIN cases_case k ON k.id = c.case_id
        WHERE k.status = 'closed'
    ) THEN
        RAISE EXCEPTION 'the case is closed: % takes no change', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_case_closed';
    END IF;
    RETURN NULL;
END $$;
