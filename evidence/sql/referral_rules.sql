-- Rules of referrals, their items and their results that no CHECK can say.

-- What is asked, and of what, stands once the referral was submitted: the approval is of exactly that. How an item
-- arrived is recorded once, while it is on its way.
CREATE FUNCTION evidence_referral_settled() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT r.status FROM evidence_referral r WHERE r.id = NEW.referral_id) <> 'draft' THEN
        RAISE EXCEPTION 'what a referral asks for stands once it was submitted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referral_settled';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_settled_insert BEFORE INSERT ON evidence_referralitem FOR EACH ROW
    EXECUTE FUNCTION evidence_referral_settled();
CREATE TRIGGER ledger_4_settled_update BEFORE UPDATE ON evidence_referralitem FOR EACH ROW
    WHEN ((OLD.referral_id, OLD.position, OLD.find_id, OLD.specimen_id, OLD.described_as, OLD.asked, OLD.withdrawn_at)
          IS DISTINCT FROM
          (NEW.referral_id, NEW.position, NEW.find_id, NEW.specimen_id, NEW.described_as, NEW.asked, NEW.withdrawn_at))
    EXECUTE FUNCTION evidence_referral_settled();
CREATE TRIGGER ledger_4_settled_insert BEFORE INSERT ON evidence_examination FOR EACH ROW
    EXECUTE FUNCTION evidence_referral_settled();
CREATE TRIGGER ledger_4_settled_update BEFORE UPDATE ON evidence_examination FOR EACH ROW
    WHEN ((OLD.referral_id, OLD.kind_id, OLD.question, OLD.withdrawn_at)
          IS DISTINCT FROM (NEW.referral_id, NEW.kind_id, NEW.question, NEW.withdrawn_at))
    EXECUTE FUNCTION evidence_referral_settled();
ALTER TABLE evidence_referralitem ENABLE ALWAYS TRIGGER ledger_4_settled_insert;
ALTER TABLE evidence_referralitem ENABLE ALWAYS TRIGGER ledger_4_settled_update;
ALTER TABLE evidence_examination ENABLE ALWAYS TRIGGER ledger_4_settled_insert;
ALTER TABLE evidence_examination ENABLE ALWAYS TRIGGER ledger_4_settled_update;

-- So do the laboratory, the day and the words of the referral itself, and its number for ever.
CREATE TRIGGER ledger_4_settled BEFORE UPDATE ON evidence_referral FOR EACH ROW
    WHEN (OLD.status <> 'draft' AND (OLD.laboratory_id, OLD.urgency, OLD.due_on, OLD.background)
          IS DISTINCT FROM (NEW.laboratory_id, NEW.urgency, NEW.due_on, NEW.background))
    EXECUTE FUNCTION ledger_rule('evidence_referral_settled');
ALTER TABLE evidence_referral ENABLE ALWAYS TRIGGER ledger_4_settled;

CREATE FUNCTION evidence_referralitem_receipt() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.received_at IS NOT NULL
       OR (SELECT r.status FROM evidence_referral r WHERE r.id = NEW.referral_id) <> 'dispatched' THEN
        RAISE EXCEPTION 'the receipt of an item is recorded once, while it is on its way'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referralitem_receipt';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_receipt BEFORE UPDATE ON evidence_referralitem FOR EACH ROW
    WHEN ((OLD.received_at, OLD.received_by_id, OLD.seal_seen, OLD.seal_intact, OLD.condition_seen)
          IS DISTINCT FROM
          (NEW.received_at, NEW.received_by_id, NEW.seal_seen, NEW.seal_intact, NEW.condition_seen))
    EXECUTE FUNCTION evidence_referralitem_receipt();
CREATE TRIGGER ledger_4_receipt_insert BEFORE INSERT ON evidence_referralitem FOR EACH ROW
    WHEN (NEW.received_at IS NOT NULL) EXECUTE FUNCTION ledger_rule('evidence_referralitem_receipt');
ALTER TABLE evidence_referralitem ENABLE ALWAYS TRIGGER ledger_4_receipt;
ALTER TABLE evidence_referralitem ENABLE ALWAYS TRIGGER ledger_4_receipt_insert;

-- Things go to laboratories and forensic institutes.
CREATE FUNCTION evidence_referral_laboratory() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT a.kind FROM cases_agency a WHERE a.id = NEW.laboratory_id) NOT IN ('laboratory', 'forensic') THEN
        RAISE EXCEPTION 'a referral goes to a laboratory'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referral_to_a_laboratory';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_laboratory_insert BEFORE INSERT ON evidence_referral FOR EACH ROW
    EXECUTE FUNCTION evidence_referral_laboratory();
CREATE TRIGGER ledger_4_laboratory_update BEFORE UPDATE ON evidence_referral FOR EACH ROW
    WHEN (OLD.laboratory_id IS DISTINCT FROM NEW.laboratory_id) EXECUTE FUNCTION evidence_referral_laboratory();
ALTER TABLE evidence_referral ENABLE ALWAYS TRIGGER ledger_4_laboratory_insert;
ALTER TABLE evidence_referral ENABLE ALWAYS TRIGGER ledger_4_laboratory_update;

-- What each step asks for. These run after the ledger's trigger, which holds the case's lock: nothing slips in between.
CREATE FUNCTION evidence_referral_step() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed r JOIN before b ON b.id = r.id
        WHERE b.status <> r.status AND r.status = 'requested' AND (
            NOT EXISTS (SELECT 1 FROM evidence_referralitem i WHERE i.referral_id = r.id AND i.withdrawn_at IS NULL)
            OR NOT EXISTS (SELECT 1 FROM evidence_examination e WHERE e.referral_id = r.id AND e.withdrawn_at IS NULL))
    ) THEN
        RAISE EXCEPTION 'a referral has items and examinations'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referral_complete';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed r JOIN before b ON b.id = r.id
        JOIN evidence_referralitem i ON i.referral_id = r.id AND i.withdrawn_at IS NULL
        LEFT JOIN remains_find f ON f.id = i.find_id
        LEFT JOIN remains_specimen s ON s.id = i.specimen_id
        WHERE b.status <> r.status AND r.status IN ('requested', 'dispatched')
          AND (f.withdrawn_at IS NOT NULL OR s.withdrawn_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'what was withdrawn is not sent'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referral_item_withdrawn';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed r JOIN before b ON b.id = r.id
        WHERE b.status <> r.status AND r.status = 'requested' AND r.due_on < current_date
    ) THEN
        RAISE EXCEPTION 'a referral is due on a day to come'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referral_due_to_come';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed r JOIN before b ON b.id = r.id
        JOIN evidence_referralitem i ON i.referral_id = r.id AND i.withdrawn_at IS NULL
        WHERE b.status <> r.status AND r.status = 'received' AND i.received_at IS NULL
    ) THEN
        RAISE EXCEPTION 'every item of a referral is acknowledged'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referral_acknowledged';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed r JOIN before b ON b.id = r.id
        WHERE b.status <> r.status AND r.status = 'reported' AND (
            EXISTS (
                SELECT 1 FROM evidence_referralitem i WHERE i.referral_id = r.id AND i.withdrawn_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM evidence_result s WHERE s.item_id = i.id))
            OR EXISTS (
                SELECT 1 FROM evidence_examination e WHERE e.referral_id = r.id AND e.withdrawn_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM evidence_result s WHERE s.examination_id = e.id)))
    ) THEN
        RAISE EXCEPTION 'a report answers every question, and something of every item'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referral_answered';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed r JOIN before b ON b.id = r.id
        JOIN evidence_referralitem i ON i.referral_id = r.id
        JOIN evidence_result s ON s.item_id = i.id
        JOIN evidence_finding f ON f.result_id = s.id AND f.status = 'proposed'
        WHERE b.status <> r.status AND r.status = 'accepted'
          AND NOT EXISTS (SELECT 1 FROM evidence_result n WHERE n.supersedes_id = s.id)
    ) THEN
        RAISE EXCEPTION 'proposed findings are decided on before a report is accepted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referral_decided';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_step AFTER UPDATE ON evidence_referral REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_referral_step();
ALTER TABLE evidence_referral ENABLE ALWAYS TRIGGER ledger_7_step;

-- A thing goes to one laboratory at a time.
CREATE FUNCTION evidence_referral_underway(status text) RETURNS boolean IMMUTABLE LANGUAGE sql
    SET search_path = pg_catalog AS $$
    SELECT status IN ('requested', 'approved', 'dispatched', 'received', 'examination', 'reported', 'returned')
$$;
CREATE FUNCTION evidence_referral_elsewhere() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed r
        JOIN evidence_referralitem i ON i.referral_id = r.id AND i.withdrawn_at IS NULL
        JOIN evidence_referralitem o ON o.withdrawn_at IS NULL AND o.referral_id <> r.id
             AND (o.find_id = i.find_id OR o.specimen_id = i.specimen_id)
        JOIN evidence_referral q ON q.id = o.referral_id
        WHERE evidence_referral_underway(r.status) AND evidence_referral_underway(q.status)
    ) THEN
        RAISE EXCEPTION 'an item is in another referral that is under way'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referralitem_elsewhere';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_elsewhere AFTER UPDATE ON evidence_referral REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_referral_elsewhere();
ALTER TABLE evidence_referral ENABLE ALWAYS TRIGGER ledger_7_elsewhere;

-- A result answers a question of the referral in which its item is, while the laboratory examines; a correction answers
-- the same question about the same item.
CREATE FUNCTION evidence_result_in_place() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM evidence_referralitem i JOIN evidence_examination e ON e.referral_id = i.referral_id
        WHERE i.id = NEW.item_id AND e.id = NEW.examination_id
    ) THEN
        RAISE EXCEPTION 'the item is not in this referral'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_result_item_of_referral';
    END IF;
    IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM evidence_result s
        WHERE s.id = NEW.supersedes_id AND (s.item_id, s.examination_id) = (NEW.item_id, NEW.examination_id)
    ) THEN
        RAISE EXCEPTION 'a result is superseded by one of the same question and item'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_result_other_question';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_in_place BEFORE INSERT ON evidence_result FOR EACH ROW
    EXECUTE FUNCTION evidence_result_in_place();
ALTER TABLE evidence_result ENABLE ALWAYS TRIGGER ledger_4_in_place;

CREATE FUNCTION evidence_result_while_examined() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed c
        JOIN evidence_referralitem i ON i.id = c.item_id JOIN evidence_referral r ON r.id = i.referral_id
        WHERE r.status <> 'examination'
    ) THEN
        RAISE EXCEPTION 'results are recorded while the laboratory examines'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_result_in_examination';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_examined AFTER INSERT ON evidence_result REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_result_while_examined();
ALTER TABLE evidence_result ENABLE ALWAYS TRIGGER ledger_7_examined;

CREATE FUNCTION evidence_finding_while_examined() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed c JOIN evidence_result s ON s.id = c.result_id
        JOIN evidence_referralitem i ON i.id = s.item_id JOIN evidence_referral r ON r.id = i.referral_id
        WHERE r.status <> 'examination' OR EXISTS (SELECT 1 FROM evidence_result n WHERE n.supersedes_id = s.id)
    ) THEN
        RAISE EXCEPTION 'findings are proposed with a result that stands, while the laboratory examines'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_finding_in_examination';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_examined AFTER INSERT ON evidence_finding REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_finding_while_examined();
ALTER TABLE evidence_finding ENABLE ALWAYS TRIGGER ledger_7_examined;

-- A finding is decided on once the report is in, and its result stands.
CREATE FUNCTION evidence_finding_after_report() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed c JOIN before b ON b.id = c.id JOIN evidence_result s ON s.id = c.result_id
        JOIN evidence_referralitem i ON i.id = s.item_id JOIN evidence_referral r ON r.id = i.referral_id
        WHERE b.status <> c.status AND (
            r.status NOT IN ('reported', 'disputed')
            OR EXISTS (SELECT 1 FROM evidence_result n WHERE n.supersedes_id = s.id))
    ) THEN
        RAISE EXCEPTION 'findings are decided on when they are reported and their result stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_finding_reported';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_reported AFTER UPDATE ON evidence_finding REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_finding_after_report();
ALTER TABLE evidence_finding ENABLE ALWAYS TRIGGER ledger_7_reported;
CREATE TRIGGER ledger_4_decided BEFORE UPDATE ON evidence_finding FOR EACH ROW
    WHEN (OLD.status <> 'proposed' AND (OLD.status, OLD.decided_by_id, OLD.decided_at, OLD.decline_reason,
          OLD.estimate_id, OLD.injury_id, OLD.specimen_id) IS DISTINCT FROM
         (NEW.status, NEW.decided_by_id, NEW.decided_at, NEW.decline_reason,
          NEW.estimate_id, NEW.injury_id, NEW.specimen_id))
    EXECUTE FUNCTION ledger_rule('evidence_finding_decided_once');
ALTER TABLE evidence_finding ENABLE ALWAYS TRIGGER ledger_4_decided;
