-- Rules of estimates and stated minimums that no CHECK can say.

-- An estimate is superseded once, by an estimate of the same question about the same subject, never in a circle.
CREATE TRIGGER ledger_4_superseded_once BEFORE UPDATE ON remains_estimate FOR EACH ROW
    WHEN (OLD.superseded_by_id IS NOT NULL AND NEW.superseded_by_id IS DISTINCT FROM OLD.superseded_by_id)
    EXECUTE FUNCTION ledger_rule('remains_estimate_superseded_once');
ALTER TABLE remains_estimate ENABLE ALWAYS TRIGGER ledger_4_superseded_once;
CREATE FUNCTION remains_estimate_succession() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed e JOIN remains_estimate n ON n.id = e.superseded_by_id
        WHERE (e.kind, e.find_id, e.site_id) IS DISTINCT FROM (n.kind, n.find_id, n.site_id)
    ) THEN
        RAISE EXCEPTION 'an estimate is superseded by one of the same question about the same subject'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_estimate_other_question';
    END IF;
    IF EXISTS (
        WITH RECURSIVE walk(origin, place) AS (
            SELECT e.id, e.superseded_by_id FROM changed e WHERE e.superseded_by_id IS NOT NULL
            UNION
            SELECT w.origin, n.superseded_by_id FROM walk w JOIN remains_estimate n ON n.id = w.place
            WHERE n.superseded_by_id IS NOT NULL
        )
        SELECT 1 FROM walk WHERE origin = place
    ) THEN
        RAISE EXCEPTION 'estimates supersede one another in a circle'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_estimate_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_succession_insert AFTER INSERT ON remains_estimate REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_estimate_succession();
CREATE TRIGGER ledger_7_succession_update AFTER UPDATE ON remains_estimate REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_estimate_succession();
ALTER TABLE remains_estimate ENABLE ALWAYS TRIGGER ledger_7_succession_insert;
ALTER TABLE remains_estimate ENABLE ALWAYS TRIGGER ledger_7_succession_update;

-- A group of a stated minimum has no more people than the minimum. Groups may overlap, so their sum says nothing.
CREATE FUNCTION remains_group_within() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed c
        JOIN remains_statedgroup g ON CASE TG_TABLE_NAME WHEN 'remains_statedgroup' THEN g.id = c.id
                                      ELSE g.stated_minimum_id = c.id END
        JOIN remains_statedminimum m ON m.id = g.stated_minimum_id
        WHERE g.withdrawn_at IS NULL AND g.number > m.minimum
    ) THEN
        RAISE EXCEPTION 'a group has more people than the minimum it is part of'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_statedgroup_within_minimum';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_within_insert AFTER INSERT ON remains_statedgroup REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_group_within();
CREATE TRIGGER ledger_7_within_update AFTER UPDATE ON remains_statedgroup REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_group_within();
CREATE TRIGGER ledger_7_within_update AFTER UPDATE ON remains_statedminimum REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_group_within();
ALTER TABLE remains_statedgroup ENABLE ALWAYS TRIGGER ledger_7_within_insert;
ALTER TABLE remains_statedgroup ENABLE ALWAYS TRIGGER ledger_7_within_update;
ALTER TABLE remains_statedminimum ENABLE ALWAYS TRIGGER ledger_7_within_update;
