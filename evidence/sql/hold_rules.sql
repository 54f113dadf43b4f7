-- The hold that keeps an item as it is, or NULL. A hold on a find stands for the specimens in it and those that were
-- numbered in it, for what the find was merged into, and for what was split out of it after the hold was placed; a hold on
-- a specimen keeps its find from leaving; and what is cut or taken out of an item after the hold was placed is kept with it.
-- Keys of records are ordered by time (UUIDv7).
CREATE FUNCTION evidence_legal_hold_of(v_find uuid, v_specimen uuid, v_exhibit uuid) RETURNS uuid STABLE LANGUAGE sql
    SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE out_of(exhibit_id, specimen_id, find_id, before) AS (
        SELECT v_exhibit, v_specimen, v_find, NULL::uuid
        UNION
        SELECT p.parent_id,
               CASE WHEN p.parent_id IS NULL THEN p.specimen_id END,
               CASE WHEN p.parent_id IS NULL AND p.specimen_id IS NULL THEN p.find_id END,
               LEAST(o.before, p.id)
        FROM evidence_exhibit p JOIN out_of o ON p.id = o.exhibit_id
        WHERE p.parting IS NOT NULL
    ), origin(find_id, before) AS (
        SELECT f.id, f.before
        FROM (
            SELECT o.find_id AS id, o.before FROM out_of o WHERE o.find_id IS NOT NULL
            UNION SELECT s.find_id, o.before FROM remains_specimen s JOIN out_of o ON s.id = o.specimen_id
            UNION SELECT s.numbered_at_id, o.before FROM remains_specimen s JOIN out_of o ON s.id = o.specimen_id
            WHERE s.numbered_at_id IS NOT NULL
        ) AS f
        UNION
        SELECT l.parent_id, CASE l.kind WHEN 'split' THEN LEAST(o.before, l.id) ELSE o.before END
        FROM remains_lineage l JOIN origin o ON l.child_id = o.find_id
        WHERE l.withdrawn_at IS NULL
    )
    SELECT h.id FROM evidence_legalhold h
    WHERE h.status = 'standing' AND (
        EXISTS (
            SELECT 1 FROM out_of o
            WHERE (h.exhibit_id = o.exhibit_id OR h.specimen_id = o.specimen_id)
              AND (o.before IS NULL OR h.id < o.before)
        )
        OR h.specimen_id IN (
            SELECT s.id FROM remains_specimen s WHERE s.find_id = v_find AND s.withdrawn_at IS NULL
        )
        OR EXISTS (SELECT 1 FROM origin o WHERE o.find_id = h.find_id AND (o.before IS NULL OR h.id < o.before))
    )
    ORDER BY h.id LIMIT 1
$$;

-- While a hold stands, its item is not released, returned, reburied, used up or destroyed, and not withdrawn. The triggers
-- first wait for whoever writes to the case, so that a hold placed at the same moment is seen.
CREATE FUNCTION evidence_legal_hold_stands() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_row  jsonb := to_jsonb(NEW);
    v_hold uuid;
BEGIN
    PERFORM ledger_wait(NEW.case_id);
    v_hold := CASE TG_TABLE_NAME
        WHEN 'remains_find' THEN evidence_legal_hold_of(NEW.id, NULL, NULL)
        WHEN 'remains_specimen' THEN evidence_legal_hold_of(NULL, NEW.id, NULL)
        WHEN 'evidence_exhibit' THEN evidence_legal_hold_of(NULL, NULL, NEW.id)
        ELSE evidence_legal_hold_of((v_row ->> 'find_id')::uuid, (v_row ->> 'specimen_id')::uuid,
                                    (v_row ->> 'exhibit_id')::uuid) END;
    IF v_hold IS NOT NULL THEN
        RAISE EXCEPTION 'a legal hold stands on a row of %', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_legalhold_stands';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_hold AFTER UPDATE ON remains_find FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('released', 'returned', 'reburied')
          OR OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION evidence_legal_hold_stands();
CREATE TRIGGER ledger_7_hold AFTER UPDATE ON remains_specimen FOR EACH ROW
    WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION evidence_legal_hold_stands();
CREATE TRIGGER ledger_7_hold AFTER UPDATE ON evidence_exhibit FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('consumed', 'released', 'destroyed')
          OR OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION evidence_legal_hold_stands();
CREATE TRIGGER ledger_7_hold AFTER UPDATE ON evidence_holding FOR EACH ROW
    WHEN (OLD.ending IS NULL AND NEW.ending IN ('consumed', 'released', 'destroyed', 'returned', 'reburied'))
    EXECUTE FUNCTION evidence_legal_hold_stands();
ALTER TABLE remains_find ENABLE ALWAYS TRIGGER ledger_7_hold;
ALTER TABLE remains_specimen ENABLE ALWAYS TRIGGER ledger_7_hold;
ALTER TABLE evidence_exhibit ENABLE ALWAYS TRIGGER ledger_7_hold;
ALTER TABLE evidence_holding ENABLE ALWAYS TRIGGER ledger_7_hold;

-- A hold is placed on what is still there, in one's own name, and stays until it is lifted: also when it was a mistake.
CREATE FUNCTION evidence_legal_hold_placed() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM ledger_wait(NEW.case_id);
    IF EXISTS (SELECT 1 FROM remains_find f WHERE f.id = NEW.find_id AND f.status IN ('returned', 'reburied'))
       OR EXISTS (SELECT 1 FROM evidence_exhibit e
                  WHERE e.id = NEW.exhibit_id AND e.status IN ('consumed', 'released', 'destroyed'))
       OR EXISTS (SELECT 1 FROM remains_specimen s JOIN remains_find f ON f.id = s.find_id
                  WHERE s.id = NEW.specimen_id AND f.status IN ('returned', 'reburied')) THEN
        RAISE EXCEPTION 'the item is there no longer'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_legalhold_of_what_is_gone';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_placed AFTER INSERT ON evidence_legalhold
    FOR EACH ROW EXECUTE FUNCTION evidence_legal_hold_placed();
CREATE TRIGGER ledger_4_own_name BEFORE INSERT ON evidence_legalhold FOR EACH ROW
    WHEN (current_setting('taphos.actor_id', true) NOT IN ('', NEW.placed_by_id::text))
    EXECUTE FUNCTION ledger_rule('evidence_legalhold_own_name');
CREATE TRIGGER ledger_4_lifted BEFORE UPDATE ON evidence_legalhold FOR EACH ROW
    WHEN (NEW.lifted_by_id IS DISTINCT FROM OLD.lifted_by_id
          AND NEW.lifted_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('evidence_legalhold_own_name');
-- Asked in one's own name, and answered before it is lifted: what was asked and what was decided stay.
CREATE TRIGGER ledger_4_asked BEFORE UPDATE ON evidence_legalhold FOR EACH ROW
    WHEN ((NEW.lift_asked_by_id, NEW.lift_asked_reason) IS DISTINCT FROM (OLD.lift_asked_by_id, OLD.lift_asked_reason)
          AND (NEW.status <> 'standing'
               OR NEW.lift_asked_by_id::text IS DISTINCT FROM
                  coalesce(NULLIF(current_setting('taphos.actor_id', true), ''), NEW.lift_asked_by_id::text)
                  AND NEW.lift_asked_by_id IS NOT NULL))
    EXECUTE FUNCTION ledger_rule('evidence_legalhold_own_name');
CREATE TRIGGER ledger_4_kept BEFORE UPDATE ON evidence_legalhold FOR EACH ROW
    WHEN (NEW.withdrawn_at IS NOT NULL) EXECUTE FUNCTION ledger_rule('evidence_legalhold_never_withdrawn');
ALTER TABLE evidence_legalhold ENABLE ALWAYS TRIGGER ledger_7_placed;
ALTER TABLE evidence_legalhold ENABLE ALWAYS TRIGGER ledger_4_own_name;
ALTER TABLE evidence_legalhold ENABLE ALWAYS TRIGGER ledger_4_lifted;
ALTER TABLE evidence_legalhold ENABLE ALWAYS TRIGGER ledger_4_asked;
ALTER TABLE evidence_legalhold ENABLE ALWAYS TRIGGER ledger_4_kept;
