-- Rules of custody that no CHECK can say. An item is a find, a specimen or an exhibit; its key is whichever is set.

-- Whether two holders are one and the same.
CREATE FUNCTION evidence_same_holder(
    a_person uuid, a_agency uuid, a_outside varchar, b_person uuid, b_agency uuid, b_outside varchar
) RETURNS boolean IMMUTABLE LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT (a_person, a_agency, a_outside) IS NOT DISTINCT FROM (b_person, b_agency, b_outside)
$$;

-- From the first holding on, one holder at every instant: each holding that is not superseded begins where the one before
-- it ended; the last goes on, unless custody ended for good; and nothing of the time that was once accounted for is lost.
-- No two overlap by the exclusion constraint. Asked at the end of the transaction, or when SET CONSTRAINTS asks: a late
-- entry takes one holding apart and puts several in its place.
CREATE FUNCTION evidence_holding_tiling() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_item uuid := coalesce(NEW.find_id, NEW.specimen_id, NEW.exhibit_id);
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM evidence_holding h
        WHERE coalesce(h.find_id, h.specimen_id, h.exhibit_id) = v_item AND h.superseded_at IS NULL
    ) OR EXISTS (
        SELECT 1 FROM (
            SELECT h.*, lag(h.until_at) OVER w AS before, row_number() OVER w AS place, count(*) OVER () AS places
            FROM evidence_holding h
            WHERE coalesce(h.find_id, h.specimen_id, h.exhibit_id) = v_item AND h.superseded_at IS NULL
            WINDOW w AS (ORDER BY h.from_at)
        ) t
        WHERE (t.place > 1 AND (t.before IS DISTINCT FROM t.from_at OR t.basis NOT IN ('hand_over', 'late')))
           OR (t.place < t.places AND t.ending IS NOT NULL)
           OR (t.place = t.places AND (t.until_at IS NULL) <> (t.ending IS NULL))
           OR (t.place = 1 AND EXISTS (
                SELECT 1 FROM evidence_holding s
                WHERE coalesce(s.find_id, s.specimen_id, s.exhibit_id) = v_item AND s.from_at < t.from_at
           ))
    ) THEN
        RAISE EXCEPTION 'the holdings of % leave a gap', v_item
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_holding_tiling';
    END IF;
    -- Who holds it now changes by a hand-over that was accepted, not by an entry about the past.
    IF EXISTS (
        SELECT 1 FROM evidence_holding h
        WHERE coalesce(h.find_id, h.specimen_id, h.exhibit_id) = v_item AND h.superseded_at IS NULL
          AND h.until_at IS NULL AND h.basis = 'late' AND NOT EXISTS (
            SELECT 1 FROM evidence_holding s
            WHERE coalesce(s.find_id, s.specimen_id, s.exhibit_id) = v_item AND s.superseded_at = h.recorded_at
              AND s.until_at IS NULL AND evidence_same_holder(
                h.holder_person_id, h.holder_agency_id, h.holder_outside,
                s.holder_person_id, s.holder_agency_id, s.holder_outside
            )
        )
    ) THEN
        RAISE EXCEPTION 'a late entry gives % to another holder now', v_item
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_holding_late_not_now';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER evidence_1_tiles AFTER INSERT OR UPDATE ON evidence_holding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evidence_holding_tiling();
ALTER TABLE evidence_holding ENABLE ALWAYS TRIGGER evidence_1_tiles;

-- An exhibit is in custody while somebody holds it, and was released, destroyed or consumed when its last holding ended;
-- a find in custody is in transit while a hand-over of it is open, and only then; what was accepted, is held.
CREATE FUNCTION evidence_custody_agreement() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_row     jsonb := to_jsonb(NEW);
    v_exhibit uuid := CASE TG_TABLE_NAME WHEN 'evidence_exhibit' THEN NEW.id ELSE (v_row ->> 'exhibit_id')::uuid END;
    v_find    uuid := CASE TG_TABLE_NAME WHEN 'remains_find' THEN NEW.id ELSE (v_row ->> 'find_id')::uuid END;
BEGIN
    IF TG_TABLE_NAME = 'evidence_exhibit' OR TG_TABLE_NAME = 'remains_find' THEN
        v_find := CASE TG_TABLE_NAME WHEN 'remains_find' THEN NEW.id END;
    END IF;
    IF v_exhibit IS NOT NULL AND EXISTS (
        SELECT 1 FROM evidence_exhibit x
        LEFT JOIN evidence_holding h ON h.exhibit_id = x.id AND h.superseded_at IS NULL
            AND (h.until_at IS NULL OR h.ending IS NOT NULL)
        WHERE x.id = v_exhibit
          AND x.status <> CASE WHEN h.id IS NULL THEN 'recorded' ELSE coalesce(h.ending, 'held') END
    ) THEN
        RAISE EXCEPTION 'the status of the exhibit is not what its custody says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_exhibit_as_held';
    END IF;
    IF v_find IS NOT NULL AND EXISTS (
        SELECT 1 FROM remains_find f
        JOIN evidence_holding h ON h.find_id = f.id AND h.superseded_at IS NULL AND h.until_at IS NULL
        WHERE f.id = v_find AND (f.status = 'in_transit') <> EXISTS (
            SELECT 1 FROM evidence_custodyevent e WHERE e.find_id = f.id AND e.status = 'open'
        )
    ) THEN
        RAISE EXCEPTION 'the status of the find is not what its custody says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_find_as_held';
    END IF;
    IF TG_TABLE_NAME = 'evidence_custodyevent' AND EXISTS (
        SELECT 1 FROM evidence_custodyevent e
        WHERE e.id = NEW.id AND e.status = 'accepted'
          AND NOT EXISTS (SELECT 1 FROM evidence_holding h WHERE h.event_id = e.id)
    ) THEN
        RAISE EXCEPTION 'what was accepted is held by nobody'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_custodyevent_held';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER evidence_2_agrees AFTER INSERT OR UPDATE ON evidence_holding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evidence_custody_agreement();
CREATE CONSTRAINT TRIGGER evidence_2_agrees AFTER INSERT OR UPDATE ON evidence_custodyevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evidence_custody_agreement();
CREATE CONSTRAINT TRIGGER evidence_2_agrees AFTER INSERT OR UPDATE ON evidence_exhibit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evidence_custody_agreement();
CREATE CONSTRAINT TRIGGER evidence_2_agrees AFTER UPDATE ON remains_find
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION evidence_custody_agreement();
ALTER TABLE evidence_holding ENABLE ALWAYS TRIGGER evidence_2_agrees;
ALTER TABLE evidence_custodyevent ENABLE ALWAYS TRIGGER evidence_2_agrees;
ALTER TABLE evidence_exhibit ENABLE ALWAYS TRIGGER evidence_2_agrees;
ALTER TABLE remains_find ENABLE ALWAYS TRIGGER evidence_2_agrees;

-- A holding ends once, is superseded once, and is nothing else but what was entered.
CREATE FUNCTION evidence_holding_entry() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (OLD.superseded_at IS NOT NULL AND (OLD.superseded_at, OLD.superseded_reason, OLD.until_at, OLD.ending)
            IS DISTINCT FROM (NEW.superseded_at, NEW.superseded_reason, NEW.until_at, NEW.ending))
       OR (OLD.until_at IS NOT NULL AND (OLD.until_at, OLD.ending, OLD.ending_reason)
            IS DISTINCT FROM (NEW.until_at, NEW.ending, NEW.ending_reason))
       OR (NEW.superseded_at IS NOT NULL AND OLD.until_at IS DISTINCT FROM NEW.until_at) THEN
        RAISE EXCEPTION 'a holding is superseded, never edited'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_holding_as_entered';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_entry BEFORE UPDATE ON evidence_holding FOR EACH ROW EXECUTE FUNCTION evidence_holding_entry();
ALTER TABLE evidence_holding ENABLE ALWAYS TRIGGER ledger_4_entry;

-- A holding by a hand-over begins when its receiver accepted, and the receiver holds.
CREATE FUNCTION evidence_holding_of_event() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed h JOIN evidence_custodyevent e ON e.id = h.event_id
        JOIN evidence_consignment c ON c.id = e.consignment_id
        WHERE h.basis = 'hand_over' AND (
            e.status <> 'accepted' OR e.answered_at <> h.from_at
            OR (e.find_id, e.specimen_id, e.exhibit_id) IS DISTINCT FROM (h.find_id, h.specimen_id, h.exhibit_id)
            OR NOT evidence_same_holder(
                h.holder_person_id, h.holder_agency_id, h.holder_outside,
                c.to_person_id, c.to_agency_id, c.to_outside
            )
        )
    ) THEN
        RAISE EXCEPTION 'nobody holds what was not accepted by its receiver'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_holding_of_event';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_event AFTER INSERT ON evidence_holding REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_holding_of_event();
ALTER TABLE evidence_holding ENABLE ALWAYS TRIGGER ledger_7_event;

-- Only what its releaser holds is handed over, not before it was held, and under the seal that is on it.
CREATE FUNCTION evidence_event_released() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed e JOIN evidence_consignment c ON c.id = e.consignment_id
        WHERE c.released_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true)
           OR NOT EXISTS (
            SELECT 1 FROM evidence_holding h
            WHERE coalesce(h.find_id, h.specimen_id, h.exhibit_id) = coalesce(e.find_id, e.specimen_id, e.exhibit_id)
              AND h.superseded_at IS NULL AND h.until_at IS NULL AND h.from_at <= c.released_at
              AND evidence_same_holder(
                h.holder_person_id, h.holder_agency_id, h.holder_outside,
                c.from_person_id, c.from_agency_id, c.from_outside
            )
        )
    ) THEN
        RAISE EXCEPTION 'handed over by somebody who does not hold it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_custodyevent_by_holder';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed e LEFT JOIN evidence_seal s
            ON coalesce(s.find_id, s.specimen_id, s.exhibit_id) = coalesce(e.find_id, e.specimen_id, e.exhibit_id)
           AND s.broken_at IS NULL AND s.withdrawn_at IS NULL
        WHERE s.id IS DISTINCT FROM e.seal_before_id
    ) THEN
        RAISE EXCEPTION 'the seal at dispatch is the one that is on the item'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_custodyevent_seal_on_it';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_released AFTER INSERT ON evidence_custodyevent REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_event_released();
ALTER TABLE evidence_custodyevent ENABLE ALWAYS TRIGGER ledger_7_released;

-- Accepted and refused by the receiver alone, in the receiver's own name, not before it was sent; once; and never with
-- another seal while the one of dispatch still counts as whole.
CREATE FUNCTION evidence_event_answered() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_consignment evidence_consignment%ROWTYPE;
BEGIN
    IF OLD.status <> 'open' THEN
        IF to_jsonb(OLD) - ARRAY['version', 'handling'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['version', 'handling'] THEN
            RAISE EXCEPTION 'a hand-over is answered once'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_custodyevent_answered_once';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status = 'open' THEN
        RETURN NEW;
    END IF;
    SELECT * INTO v_consignment FROM evidence_consignment c WHERE c.id = NEW.consignment_id;
    IF NEW.answered_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true)
       OR (NEW.status IN ('accepted', 'refused') AND (
            (v_consignment.to_person_id IS NOT NULL AND v_consignment.to_person_id <> NEW.answered_by_id)
            OR (v_consignment.to_agency_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM cases_user u
                WHERE u.id = NEW.answered_by_id AND u.agency_id = v_consignment.to_agency_id
                UNION ALL
                SELECT 1 FROM cases_appointment a
                WHERE a.user_id = NEW.answered_by_id AND a.agency_id = v_consignment.to_agency_id
                  AND a.from_on <= current_date AND (a.until_on IS NULL OR a.until_on >= current_date)
            ))
            OR (v_consignment.to_outside <> '' AND NEW.received_by_name = '')
       )) THEN
        RAISE EXCEPTION 'a hand-over is answered by whom it was sent to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_custodyevent_by_receiver';
    END IF;
    IF NEW.answered_at < v_consignment.released_at THEN
        RAISE EXCEPTION 'nothing arrives before it is sent'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_custodyevent_answer_after_release';
    END IF;
    IF NEW.status = 'accepted' AND NEW.seal_after_id IS DISTINCT FROM NEW.seal_before_id AND EXISTS (
        SELECT 1 FROM evidence_seal s WHERE s.id = NEW.seal_before_id AND s.broken_at IS NULL
    ) THEN
        RAISE EXCEPTION 'the seal of dispatch was not recorded as broken'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_custodyevent_seal_differs';
    END IF;
    IF NEW.seal_after_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM evidence_seal s
        WHERE s.id = NEW.seal_after_id AND s.broken_at IS NULL
          AND coalesce(s.find_id, s.specimen_id, s.exhibit_id)
            = coalesce(NEW.find_id, NEW.specimen_id, NEW.exhibit_id)
    ) THEN
        RAISE EXCEPTION 'the seal on arrival is a whole one on the same item'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_custodyevent_seal_on_it';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_answered BEFORE UPDATE ON evidence_custodyevent FOR EACH ROW
    EXECUTE FUNCTION evidence_event_answered();
ALTER TABLE evidence_custodyevent ENABLE ALWAYS TRIGGER ledger_4_answered;

-- When something was recorded is when it was written, whenever it happened.
CREATE FUNCTION evidence_recorded_now() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_at timestamptz := (to_jsonb(NEW) ->> TG_ARGV[0])::timestamptz;
BEGIN
    IF v_at NOT BETWEEN clock_timestamp() - interval '15 minutes' AND clock_timestamp() + interval '1 minute' THEN
        RAISE EXCEPTION '% of % says another time than now', TG_ARGV[0], TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_recorded_now';
    END IF;
    RETURN NEW;
END $$;
DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['evidence_holding', 'evidence_consignment', 'evidence_placement', 'evidence_seal'] LOOP
        EXECUTE format('CREATE TRIGGER ledger_4_recorded BEFORE INSERT ON %I FOR EACH ROW '
                       'EXECUTE FUNCTION evidence_recorded_now(''recorded_at'')', v_table);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER ledger_4_recorded', v_table);
    END LOOP;
END $$;
CREATE TRIGGER ledger_4_recorded BEFORE UPDATE ON evidence_custodyevent FOR EACH ROW
    WHEN (OLD.status = 'open' AND NEW.status <> 'open') EXECUTE FUNCTION evidence_recorded_now('answer_recorded_at');
ALTER TABLE evidence_custodyevent ENABLE ALWAYS TRIGGER ledger_4_recorded;
CREATE TRIGGER ledger_4_break_recorded BEFORE UPDATE ON evidence_seal FOR EACH ROW
    WHEN (OLD.broken_at IS NULL AND NEW.broken_at IS NOT NULL)
    EXECUTE FUNCTION evidence_recorded_now('broken_recorded_at');
ALTER TABLE evidence_seal ENABLE ALWAYS TRIGGER ledger_4_break_recorded;

-- A seal is broken once, by whoever says so.
CREATE TRIGGER ledger_4_broken_once BEFORE UPDATE ON evidence_seal FOR EACH ROW
    WHEN (OLD.broken_at IS NOT NULL AND (OLD.broken_at, OLD.broken_by_id, OLD.broken_reason, OLD.broken_recorded_at)
          IS DISTINCT FROM (NEW.broken_at, NEW.broken_by_id, NEW.broken_reason, NEW.broken_recorded_at))
    EXECUTE FUNCTION ledger_rule('evidence_seal_broken_once');
ALTER TABLE evidence_seal ENABLE ALWAYS TRIGGER ledger_4_broken_once;
CREATE TRIGGER ledger_4_broken_by BEFORE UPDATE ON evidence_seal FOR EACH ROW
    WHEN (OLD.broken_at IS NULL AND NEW.broken_at IS NOT NULL
          AND NEW.broken_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('evidence_seal_broken_by');
ALTER TABLE evidence_seal ENABLE ALWAYS TRIGGER ledger_4_broken_by;

-- A placement ends once.
CREATE TRIGGER ledger_4_ended_once BEFORE UPDATE ON evidence_placement FOR EACH ROW
    WHEN (OLD.until_at IS NOT NULL AND OLD.until_at IS DISTINCT FROM NEW.until_at)
    EXECUTE FUNCTION ledger_rule('evidence_placement_ended_once');
ALTER TABLE evidence_placement ENABLE ALWAYS TRIGGER ledger_4_ended_once;

-- No storage place is inside itself.
CREATE FUNCTION evidence_storageplace_circle() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE walk(origin, place) AS (
            SELECT p.id, p.parent_id FROM changed p WHERE p.parent_id IS NOT NULL
            UNION
            SELECT w.origin, p.parent_id FROM walk w JOIN evidence_storageplace p ON p.id = w.place
            WHERE p.parent_id IS NOT NULL
        )
        SELECT 1 FROM walk WHERE origin = place
    ) THEN
        RAISE EXCEPTION 'a storage place is inside itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_storageplace_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_circle AFTER UPDATE ON evidence_storageplace REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_storageplace_circle();
ALTER TABLE evidence_storageplace ENABLE ALWAYS TRIGGER ledger_7_circle;
