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
