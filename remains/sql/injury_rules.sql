-- An injury is at a zone that the element of its specimen has, also when the element is mended later.
CREATE FUNCTION remains_injury_zone() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed c
        JOIN remains_injury i ON CASE TG_TABLE_NAME WHEN 'remains_injury' THEN i.id = c.id
                                 ELSE i.specimen_id = c.id END
        JOIN remains_specimen s ON s.id = i.specimen_id
        WHERE i.zone IS NOT NULL AND i.withdrawn_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM remains_element_zone k WHERE k.element_id = s.element_id AND k.zone = i.zone
        )
    ) THEN
        RAISE EXCEPTION 'an injury at a zone that the element does not have'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_injury_zone_of_element';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_injury_insert AFTER INSERT ON remains_injury REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_injury_zone();
CREATE TRIGGER ledger_7_injury_update AFTER UPDATE ON remains_injury REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_injury_zone();
CREATE TRIGGER ledger_7_injury_update AFTER UPDATE ON remains_specimen REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_injury_zone();
ALTER TABLE remains_injury ENABLE ALWAYS TRIGGER ledger_7_injury_insert;
ALTER TABLE remains_injury ENABLE ALWAYS TRIGGER ledger_7_injury_update;
ALTER TABLE remains_specimen ENABLE ALWAYS TRIGGER ledger_7_injury_update;
