-- Rules of finds that no CHECK can say.

-- A number and its serial stay with the find, and taken at the site where they were given. A find may be attributed to
-- another site, but only by recording where it was numbered.
CREATE TRIGGER ledger_4_number_fixed BEFORE UPDATE ON remains_find FOR EACH ROW
    WHEN (OLD.number IS DISTINCT FROM NEW.number OR OLD.serial IS DISTINCT FROM NEW.serial
          OR coalesce(OLD.numbered_at_id, OLD.site_id) IS DISTINCT FROM coalesce(NEW.numbered_at_id, NEW.site_id))
    EXECUTE FUNCTION ledger_rule('remains_find_number_fixed');
ALTER TABLE remains_find ENABLE ALWAYS TRIGGER ledger_4_number_fixed;

-- The context of a find is a context of its site.
CREATE FUNCTION remains_find_context() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed f JOIN cases_context c ON c.id = f.context_id WHERE c.site_id <> f.site_id
    ) THEN
        RAISE EXCEPTION 'a find lies in a context of its own site'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_find_context_of_other_site';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_context_insert AFTER INSERT ON remains_find REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_find_context();
CREATE TRIGGER ledger_7_context_update AFTER UPDATE ON remains_find REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_find_context();
ALTER TABLE remains_find ENABLE ALWAYS TRIGGER ledger_7_context_insert;
ALTER TABLE remains_find ENABLE ALWAYS TRIGGER ledger_7_context_update;

-- Labels carry the site's code: once something is labelled, the code stays.
CREATE FUNCTION remains_site_code() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM remains_find f WHERE coalesce(f.numbered_at_id, f.site_id) = NEW.id) THEN
        RAISE EXCEPTION 'finds are labelled with the code of the site'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_site_code_labelled';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_code BEFORE UPDATE ON cases_site FOR EACH ROW
    WHEN (OLD.code IS DISTINCT FROM NEW.code) EXECUTE FUNCTION remains_site_code();
ALTER TABLE cases_site ENABLE ALWAYS TRIGGER ledger_4_code;

-- What came to the mortuary is withdrawn, and what the court retains is divided, by a prosecutor of the case alone; what
-- the court retains is not withdrawn at all.
CREATE FUNCTION remains_by_prosecutor(v_case uuid) RETURNS boolean STABLE LANGUAGE sql
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM cases_membership m
        WHERE m.case_id = v_case AND m.role = 'prosecutor' AND m.withdrawn_at IS NULL
          AND m.user_id::text = current_setting('taphos.actor_id', true)
          AND m.from_on <= current_date AND (m.until_on IS NULL OR m.until_on >= current_date)
    )
$$;
CREATE FUNCTION remains_find_withdrawn() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.status = 'retained' THEN
        RAISE EXCEPTION 'the find is retained by court order'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_find_retained';
    END IF;
    IF OLD.status NOT IN ('located', 'recorded', 'lifted') AND NOT remains_by_prosecutor(NEW.case_id) THEN
        RAISE EXCEPTION 'the find has left the field'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_find_received';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_withdraw BEFORE UPDATE ON remains_find FOR EACH ROW
    WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL) EXECUTE FUNCTION remains_find_withdrawn();
ALTER TABLE remains_find ENABLE ALWAYS TRIGGER ledger_4_withdraw;

-- Lineage runs one way, inside one site, and out of a find only while it has not been merged into another.
CREATE FUNCTION remains_lineage_rules() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed l JOIN remains_find p ON p.id = l.parent_id JOIN remains_find c ON c.id = l.child_id
        WHERE p.site_id <> c.site_id
    ) THEN
        RAISE EXCEPTION 'finds of two sites have no lineage in common'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_lineage_one_site';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed l JOIN remains_find p ON p.id = l.parent_id
        WHERE p.status = 'retained' AND NOT remains_by_prosecutor(l.case_id)
    ) THEN
        RAISE EXCEPTION 'the find is retained by court order'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_find_retained';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed l JOIN remains_lineage m ON m.parent_id = l.parent_id AND m.id <> l.id
        WHERE m.kind = 'merge' AND l.kind = 'merge'
    ) THEN
        RAISE EXCEPTION 'a find is merged once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_lineage_merged_once';
    END IF;
    IF EXISTS (
        WITH RECURSIVE walk(origin, place) AS (
            SELECT l.parent_id, l.child_id FROM changed l
            UNION
            SELECT w.origin, l.child_id FROM walk w JOIN remains_lineage l ON l.parent_id = w.place
        )
        SELECT 1 FROM walk WHERE origin = place
    ) THEN
        RAISE EXCEPTION 'a find cannot come out of itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_lineage_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_lineage AFTER INSERT ON remains_lineage REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION remains_lineage_rules();
ALTER TABLE remains_lineage ENABLE ALWAYS TRIGGER ledger_7_lineage;

-- A merged find stays as it was recorded; what happens next happens to the find it was merged into.
CREATE FUNCTION remains_find_merged() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM remains_lineage l WHERE l.parent_id = NEW.id AND l.kind = 'merge') THEN
        RAISE EXCEPTION 'the find was merged into another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_find_merged';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_merged BEFORE UPDATE ON remains_find FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.site_id IS DISTINCT FROM NEW.site_id
          OR (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL))
    EXECUTE FUNCTION remains_find_merged();
ALTER TABLE remains_find ENABLE ALWAYS TRIGGER ledger_4_merged;
