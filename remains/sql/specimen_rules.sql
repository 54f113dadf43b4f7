-- Rules of specimens, associations and individuals that no CHECK can say.

-- What an element has: filled by the migration from remains/science/tables, read-only for everyone who serves.
CREATE TABLE remains_element_side (
    element_id varchar(80) NOT NULL REFERENCES cases_code (id),
    side       varchar(8)  NOT NULL,
    PRIMARY KEY (element_id, side)
);
CREATE TABLE remains_element_zone (
    element_id varchar(80) NOT NULL REFERENCES cases_code (id),
    zone       smallint    NOT NULL,
    label      text        NOT NULL,
    PRIMARY KEY (element_id, zone)
);
REVOKE ALL ON remains_element_side, remains_element_zone FROM {app_role};
GRANT SELECT ON remains_element_side, remains_element_zone TO {app_role};

ALTER TABLE remains_specimen ADD CONSTRAINT remains_specimen_side_of_element
    FOREIGN KEY (element_id, side) REFERENCES remains_element_side (element_id, side);

ALTER TABLE remains_specimen ADD CONSTRAINT remains_specimen_status_of_tooth
    CHECK (tooth_status_id IS NULL OR starts_with(element_id, 'element.tooth_'));

CREATE FUNCTION remains_specimen_zones() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed s, unnest(s.zones) AS z(zone)
        WHERE NOT EXISTS (
            SELECT 1 FROM remains_element_zone k WHERE k.element_id = s.element_id AND k.zone = z.zone
        )
    ) THEN
        RAISE EXCEPTION 'a zone that the element does not have'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_specimen_zone_of_element';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_zones_insert AFTER INSERT ON remains_specimen REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_specimen_zones();
CREATE TRIGGER ledger_7_zones_update AFTER UPDATE ON remains_specimen REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_specimen_zones();
ALTER TABLE remains_specimen ENABLE ALWAYS TRIGGER ledger_7_zones_insert;
ALTER TABLE remains_specimen ENABLE ALWAYS TRIGGER ledger_7_zones_update;

-- A number and its serial stay with the specimen, and taken at the find where they were given.
CREATE TRIGGER ledger_4_number_fixed BEFORE UPDATE ON remains_specimen FOR EACH ROW
    WHEN (OLD.number IS DISTINCT FROM NEW.number OR OLD.serial IS DISTINCT FROM NEW.serial
          OR coalesce(OLD.numbered_at_id, OLD.find_id) IS DISTINCT FROM coalesce(NEW.numbered_at_id, NEW.find_id))
    EXECUTE FUNCTION ledger_rule('remains_specimen_number_fixed');
ALTER TABLE remains_specimen ENABLE ALWAYS TRIGGER ledger_4_number_fixed;

-- What is found in a find that was merged is found in the one it was merged into.
CREATE FUNCTION remains_specimen_find() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed s JOIN remains_lineage l ON l.parent_id = s.find_id AND l.kind = 'merge'
        WHERE s.withdrawn_at IS NULL
    ) THEN
        RAISE EXCEPTION 'the find was merged into another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_specimen_find_merged';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_find_insert AFTER INSERT ON remains_specimen REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_specimen_find();
CREATE TRIGGER ledger_7_find_update AFTER UPDATE ON remains_specimen REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_specimen_find();
ALTER TABLE remains_specimen ENABLE ALWAYS TRIGGER ledger_7_find_insert;
ALTER TABLE remains_specimen ENABLE ALWAYS TRIGGER ledger_7_find_update;

-- On which element a measurement is taken, and how far any person's can go: beyond it only with a word on why.
-- A measurement that an agency added has no rows here, and no limits.
CREATE TABLE remains_measurement_limit (
    kind_id    varchar(80)    NOT NULL REFERENCES cases_code (id),
    element_id varchar(80)    NOT NULL REFERENCES cases_code (id),
    min_mm     numeric(7, 2)  NOT NULL CHECK (min_mm > 0),
    max_mm     numeric(7, 2)  NOT NULL CHECK (max_mm > min_mm),
    PRIMARY KEY (kind_id, element_id)
);
REVOKE ALL ON remains_measurement_limit FROM {app_role};
GRANT SELECT ON remains_measurement_limit TO {app_role};

CREATE FUNCTION remains_measurement_limits() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed m JOIN remains_specimen s ON s.id = m.specimen_id
        WHERE EXISTS (SELECT 1 FROM remains_measurement_limit k WHERE k.kind_id = m.kind_id)
          AND NOT EXISTS (
            SELECT 1 FROM remains_measurement_limit k WHERE k.kind_id = m.kind_id AND k.element_id = s.element_id
          )
    ) THEN
        RAISE EXCEPTION 'a measurement that is not taken on this element'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_measurement_of_element';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed m JOIN remains_specimen s ON s.id = m.specimen_id
        JOIN remains_measurement_limit k ON k.kind_id = m.kind_id AND k.element_id = s.element_id
        WHERE m.note = '' AND m.value_mm NOT BETWEEN k.min_mm AND k.max_mm
    ) THEN
        RAISE EXCEPTION 'a value beyond the usual, and no word on why'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_measurement_unusual_explained';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_limits AFTER INSERT ON remains_measurement REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_measurement_limits();
ALTER TABLE remains_measurement ENABLE ALWAYS TRIGGER ledger_7_limits;

-- An estimate is superseded by one of the same question about the same subject; subjects are four kinds now.
CREATE OR REPLACE FUNCTION remains_estimate_succession() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed e JOIN remains_estimate n ON n.id = e.superseded_by_id
        WHERE (e.kind, e.find_id, e.site_id, e.specimen_id, e.individual_id)
            IS DISTINCT FROM (n.kind, n.find_id, n.site_id, n.specimen_id, n.individual_id)
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
DROP TRIGGER ledger_4_superseded_only ON remains_estimate;

-- A signed assessment is frozen but for what supersedes it; a draft may be redrafted.
CREATE TRIGGER ledger_4_signed BEFORE UPDATE ON remains_assessment FOR EACH ROW
    WHEN (OLD.status <> 'draft' AND (
        OLD.status, OLD.count, OLD.result, OLD.inputs, OLD.ledger_seq, OLD.rules_version, OLD.reasoning,
        OLD.drafted_by_id, OLD.signed_by_id, OLD.signed_at, OLD.site_id, OLD.find_id, OLD.linked_sites
    ) IS DISTINCT FROM (
        NEW.status, NEW.count, NEW.result, NEW.inputs, NEW.ledger_seq, NEW.rules_version, NEW.reasoning,
        NEW.drafted_by_id, NEW.signed_by_id, NEW.signed_at, NEW.site_id, NEW.find_id, NEW.linked_sites
    ))
    EXECUTE FUNCTION ledger_rule('remains_assessment_signed');
ALTER TABLE remains_assessment ENABLE ALWAYS TRIGGER ledger_4_signed;
