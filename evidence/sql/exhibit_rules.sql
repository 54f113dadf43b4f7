-- Rules of exhibits that no CHECK can say.

-- What an exhibit is tied to belongs together, and to its site. A find may be attributed to another site later; the
-- exhibit keeps the number that it was given.
CREATE FUNCTION evidence_exhibit_ties() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed x
        LEFT JOIN cases_context c ON c.id = x.context_id
        LEFT JOIN evidence_exhibit p ON p.id = x.parent_id
        WHERE c.site_id <> x.site_id OR p.site_id <> x.site_id
    ) OR (TG_OP = 'INSERT' AND EXISTS (
        SELECT 1 FROM changed x
        LEFT JOIN remains_find f ON f.id = x.find_id
        LEFT JOIN remains_specimen s ON s.id = x.specimen_id
        LEFT JOIN remains_find o ON o.id = s.find_id
        WHERE f.site_id <> x.site_id OR o.site_id <> x.site_id
    )) THEN
        RAISE EXCEPTION 'an exhibit belongs to the site of what it is tied to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_exhibit_of_other_site';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed x JOIN remains_injury i ON i.id = x.injury_id
        WHERE x.specimen_id IS NULL OR i.specimen_id <> x.specimen_id
    ) THEN
        RAISE EXCEPTION 'the injury is one of another specimen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_exhibit_injury_of_specimen';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_ties_insert AFTER INSERT ON evidence_exhibit REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_exhibit_ties();
CREATE TRIGGER ledger_7_ties_update AFTER UPDATE ON evidence_exhibit REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_exhibit_ties();
ALTER TABLE evidence_exhibit ENABLE ALWAYS TRIGGER ledger_7_ties_insert;
ALTER TABLE evidence_exhibit ENABLE ALWAYS TRIGGER ledger_7_ties_update;

-- Custody went on from what a part was taken out of: that stays as it was recorded.
CREATE TRIGGER ledger_4_origin_fixed BEFORE UPDATE ON evidence_exhibit FOR EACH ROW
    WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id OR OLD.parting IS DISTINCT FROM NEW.parting
          OR (OLD.parting IS NOT NULL
              AND (OLD.find_id, OLD.specimen_id) IS DISTINCT FROM (NEW.find_id, NEW.specimen_id)))
    EXECUTE FUNCTION ledger_rule('evidence_exhibit_origin_fixed');
ALTER TABLE evidence_exhibit ENABLE ALWAYS TRIGGER ledger_4_origin_fixed;

-- A release or a destruction is proposed in one's own name, before it is confirmed, and confirmed in one's own name; what
-- was decided stays.
CREATE FUNCTION evidence_exhibit_disposal() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    v_actor text := coalesce(current_setting('taphos.actor_id', true), '');
BEGIN
    IF OLD.status IN ('consumed', 'released', 'destroyed')
       OR (NEW.disposal_proposed_by_id IS NOT NULL
           AND (NEW.disposal_proposed_by_id::text <> v_actor OR NEW.status IN ('released', 'destroyed'))) THEN
        RAISE EXCEPTION 'a release or destruction is proposed in one''s own name, before it is confirmed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_exhibit_disposal_signed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_disposal BEFORE UPDATE ON evidence_exhibit FOR EACH ROW
    WHEN ((OLD.disposal, OLD.disposal_reason, OLD.disposal_to, OLD.disposal_proposed_by_id)
          IS DISTINCT FROM (NEW.disposal, NEW.disposal_reason, NEW.disposal_to, NEW.disposal_proposed_by_id))
    EXECUTE FUNCTION evidence_exhibit_disposal();
CREATE TRIGGER ledger_4_disposed BEFORE UPDATE ON evidence_exhibit FOR EACH ROW
    WHEN (OLD.disposed_by_id IS DISTINCT FROM NEW.disposed_by_id
          AND (OLD.disposed_by_id IS NOT NULL
               OR NEW.disposed_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true)))
    EXECUTE FUNCTION ledger_rule('evidence_exhibit_disposal_signed');
ALTER TABLE evidence_exhibit ENABLE ALWAYS TRIGGER ledger_4_disposal;
ALTER TABLE evidence_exhibit ENABLE ALWAYS TRIGGER ledger_4_disposed;

-- Labels carry the site's code: once an exhibit is labelled, the code stays.
CREATE FUNCTION evidence_site_code() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM evidence_exhibit x WHERE x.site_id = NEW.id) THEN
        RAISE EXCEPTION 'exhibits are labelled with the code of the site'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_site_code_labelled';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_exhibit_code BEFORE UPDATE ON cases_site FOR EACH ROW
    WHEN (OLD.code IS DISTINCT FROM NEW.code) EXECUTE FUNCTION evidence_site_code();
ALTER TABLE cases_site ENABLE ALWAYS TRIGGER ledger_4_exhibit_code;
