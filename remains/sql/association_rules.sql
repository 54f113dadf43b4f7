-- Rules of associations and individuals that no CHECK can say.

-- Which elements may be one bone, and which meet at a joint: filled by the migration from remains/science/tables.
CREATE TABLE remains_element_kin (
    element_id varchar(80) NOT NULL REFERENCES cases_code (id),
    other_id   varchar(80) NOT NULL REFERENCES cases_code (id),
    PRIMARY KEY (element_id, other_id)
);
CREATE TABLE remains_element_joint (
    element_id varchar(80) NOT NULL REFERENCES cases_code (id),
    other_id   varchar(80) NOT NULL REFERENCES cases_code (id),
    sides      varchar(8)  NOT NULL CHECK (sides IN ('same', 'opposite')),
    PRIMARY KEY (element_id, other_id, sides)
);
REVOKE ALL ON remains_element_kin, remains_element_joint FROM {app_role};
GRANT SELECT ON remains_element_kin, remains_element_joint TO {app_role};

-- The name of the rule that two specimens break by being called a refit, a pair or an articulation, or NULL.
-- That two bones were compared and excluded may be because their sides differ or their zones overlap.
CREATE FUNCTION remains_association_breaks(kind text, stage text, a remains_specimen, b remains_specimen)
    RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE kind
        WHEN 'refit' THEN CASE
            WHEN NOT EXISTS (SELECT 1 FROM remains_element_kin k
                             WHERE k.element_id = a.element_id AND k.other_id = b.element_id)
                THEN 'remains_association_refit_of_one_element'
            WHEN stage <> 'excluded' AND a.side <> b.side AND a.side <> 'unsided' AND b.side <> 'unsided'
                THEN 'remains_association_refit_of_one_side'
            WHEN stage <> 'excluded' AND a.zones && b.zones
                THEN 'remains_association_refit_zones_apart'
            END
        WHEN 'pair' THEN CASE
            WHEN NOT EXISTS (SELECT 1 FROM remains_element_kin k
                             WHERE k.element_id = a.element_id AND k.other_id = b.element_id)
                OR (a.side, b.side) NOT IN (('left', 'right'), ('right', 'left'))
                THEN 'remains_association_pair_of_two_sides'
            END
        WHEN 'articulation' THEN CASE
            WHEN NOT EXISTS (
                SELECT 1 FROM remains_element_joint j
                WHERE j.element_id = a.element_id AND j.other_id = b.element_id
                    AND (a.side NOT IN ('left', 'right') OR b.side NOT IN ('left', 'right')
                         OR j.sides = CASE WHEN a.side = b.side THEN 'same' ELSE 'opposite' END)
            ) THEN 'remains_association_articulation_of_neighbours'
            END
        END
$$;

-- What is final and what is excluded go together, with each other and with the individuals. The statements that come
-- here have appended to the case's ledger, so they wait for one another and see what the other wrote.
CREATE FUNCTION remains_association_holds() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE broken text;
BEGIN
    SELECT remains_association_breaks(c.kind, c.stage, a, b) INTO broken
    FROM changed c JOIN remains_specimen a ON a.id = c.first_id JOIN remains_specimen b ON b.id = c.second_id
    WHERE c.withdrawn_at IS NULL AND remains_association_breaks(c.kind, c.stage, a, b) IS NOT NULL LIMIT 1;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'these two specimens cannot be associated so'
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed c JOIN remains_association o ON o.first_id = c.first_id AND o.second_id = c.second_id
        WHERE c.withdrawn_at IS NULL AND o.withdrawn_at IS NULL
            AND (c.stage, o.stage) IN (('final', 'excluded'), ('excluded', 'final'))
    ) THEN
        RAISE EXCEPTION 'two specimens are of one person and of two'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_association_final_or_excluded';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed c
        JOIN remains_individualpart p ON p.specimen_id = c.first_id
        JOIN remains_individualpart q ON q.specimen_id = c.second_id
        WHERE c.withdrawn_at IS NULL
            AND p.withdrawn_at IS NULL AND p.left_at IS NULL AND q.withdrawn_at IS NULL AND q.left_at IS NULL
            AND (c.stage = 'final' AND p.individual_id <> q.individual_id
                 OR c.stage = 'excluded' AND p.individual_id = q.individual_id)
    ) THEN
        RAISE EXCEPTION 'an association contradicts the individuals of its specimens'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_association_with_individuals';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_holds_insert AFTER INSERT ON remains_association REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_association_holds();
CREATE TRIGGER ledger_7_holds_update AFTER UPDATE ON remains_association REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_association_holds();
ALTER TABLE remains_association ENABLE ALWAYS TRIGGER ledger_7_holds_insert;
ALTER TABLE remains_association ENABLE ALWAYS TRIGGER ledger_7_holds_update;

-- A specimen's element, side and zones stay such that its associations can be.
CREATE FUNCTION remains_specimen_associations() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE broken text;
BEGIN
    SELECT remains_association_breaks(o.kind, o.stage, a, b) INTO broken
    FROM remains_association o
    JOIN remains_specimen a ON a.id = o.first_id JOIN remains_specimen b ON b.id = o.second_id
    WHERE o.withdrawn_at IS NULL AND (o.first_id = NEW.id OR o.second_id = NEW.id)
        AND remains_association_breaks(o.kind, o.stage, a, b) IS NOT NULL LIMIT 1;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an association of the specimen would no longer be possible'
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_associations AFTER UPDATE ON remains_specimen FOR EACH ROW
    WHEN ((OLD.element_id, OLD.side, OLD.zones) IS DISTINCT FROM (NEW.element_id, NEW.side, NEW.zones))
    EXECUTE FUNCTION remains_specimen_associations();
ALTER TABLE remains_specimen ENABLE ALWAYS TRIGGER ledger_7_associations;

-- A specimen joins no individual that an association keeps it from; it leaves once.
CREATE FUNCTION remains_individualpart_holds() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed c
        JOIN remains_association o ON (o.first_id = c.specimen_id OR o.second_id = c.specimen_id)
            AND o.withdrawn_at IS NULL AND o.stage IN ('final', 'excluded')
        JOIN remains_individualpart q
            ON q.specimen_id = CASE WHEN o.first_id = c.specimen_id THEN o.second_id ELSE o.first_id END
            AND q.withdrawn_at IS NULL AND q.left_at IS NULL
        WHERE c.withdrawn_at IS NULL AND c.left_at IS NULL
            AND (o.stage = 'final') = (q.individual_id <> c.individual_id)
    ) THEN
        RAISE EXCEPTION 'an association contradicts the individuals of its specimens'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_association_with_individuals';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_holds_insert AFTER INSERT ON remains_individualpart REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_individualpart_holds();
CREATE TRIGGER ledger_7_holds_update AFTER UPDATE ON remains_individualpart REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_individualpart_holds();
ALTER TABLE remains_individualpart ENABLE ALWAYS TRIGGER ledger_7_holds_insert;
ALTER TABLE remains_individualpart ENABLE ALWAYS TRIGGER ledger_7_holds_update;

CREATE TRIGGER ledger_4_left_once BEFORE UPDATE ON remains_individualpart FOR EACH ROW
    WHEN (OLD.left_at IS NOT NULL
          AND (OLD.left_at, OLD.left_reason) IS DISTINCT FROM (NEW.left_at, NEW.left_reason))
    EXECUTE FUNCTION ledger_rule('remains_individualpart_left_once');
ALTER TABLE remains_individualpart ENABLE ALWAYS TRIGGER ledger_4_left_once;

-- An individual is withdrawn when nothing is left in it.
CREATE FUNCTION remains_individual_empty() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM remains_individualpart p
        WHERE p.individual_id = NEW.id AND p.withdrawn_at IS NULL AND p.left_at IS NULL
    ) THEN
        RAISE EXCEPTION 'the individual still has specimens'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_individual_withdrawn_empty';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_empty AFTER UPDATE ON remains_individual FOR EACH ROW
    WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION remains_individual_empty();
ALTER TABLE remains_individual ENABLE ALWAYS TRIGGER ledger_7_empty;
