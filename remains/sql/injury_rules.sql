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

-- So is what was noted of the condition of a specimen, and it was seen in the find in which the specimen was then.
CREATE FUNCTION remains_conditionnote_zone() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed c
        JOIN remains_conditionnote n ON CASE TG_TABLE_NAME WHEN 'remains_conditionnote' THEN n.id = c.id
                                        ELSE n.specimen_id = c.id END
        JOIN remains_specimen s ON s.id = n.specimen_id
        WHERE n.zone IS NOT NULL AND n.withdrawn_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM remains_element_zone k WHERE k.element_id = s.element_id AND k.zone = n.zone
        )
    ) THEN
        RAISE EXCEPTION 'a condition note at a zone that the element does not have'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_conditionnote_zone_of_element';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_noted_insert AFTER INSERT ON remains_conditionnote REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_conditionnote_zone();
CREATE TRIGGER ledger_7_noted_update AFTER UPDATE ON remains_conditionnote REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_conditionnote_zone();
CREATE TRIGGER ledger_7_noted_update AFTER UPDATE ON remains_specimen REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_conditionnote_zone();
ALTER TABLE remains_conditionnote ENABLE ALWAYS TRIGGER ledger_7_noted_insert;
ALTER TABLE remains_conditionnote ENABLE ALWAYS TRIGGER ledger_7_noted_update;
ALTER TABLE remains_specimen ENABLE ALWAYS TRIGGER ledger_7_noted_update;

CREATE FUNCTION remains_conditionnote_find() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM remains_specimen s WHERE s.id = NEW.specimen_id AND s.find_id = NEW.find_id) THEN
        RAISE EXCEPTION 'the specimen is not in this find'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_conditionnote_specimen_of_find';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_find_insert BEFORE INSERT ON remains_conditionnote FOR EACH ROW
    WHEN (NEW.specimen_id IS NOT NULL) EXECUTE FUNCTION remains_conditionnote_find();
CREATE TRIGGER ledger_4_find_update BEFORE UPDATE ON remains_conditionnote FOR EACH ROW
    WHEN (NEW.specimen_id IS NOT NULL
          AND (OLD.specimen_id, OLD.find_id) IS DISTINCT FROM (NEW.specimen_id, NEW.find_id))
    EXECUTE FUNCTION remains_conditionnote_find();
ALTER TABLE remains_conditionnote ENABLE ALWAYS TRIGGER ledger_4_find_insert;
ALTER TABLE remains_conditionnote ENABLE ALWAYS TRIGGER ledger_4_find_update;
