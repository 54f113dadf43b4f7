-- Rules of referrals since custody is kept: items may be exhibits, the dispatch is a consignment to the laboratory, and
-- what it does not accept goes back. They take the place of those of the same names.

DROP TRIGGER ledger_4_settled_update ON evidence_referralitem;
CREATE TRIGGER ledger_4_settled_update BEFORE UPDATE ON evidence_referralitem FOR EACH ROW
    WHEN ((OLD.referral_id, OLD.position, OLD.find_id, OLD.specimen_id, OLD.exhibit_id, OLD.described_as, OLD.asked,
           OLD.withdrawn_at)
          IS DISTINCT FROM
          (NEW.referral_id, NEW.position, NEW.find_id, NEW.specimen_id, NEW.exhibit_id, NEW.described_as, NEW.asked,
           NEW.withdrawn_at))
    EXECUTE FUNCTION evidence_referral_settled();
ALTER TABLE evidence_referralitem ENABLE ALWAYS TRIGGER ledger_4_settled_update;
DROP TRIGGER ledger_4_receipt ON evidence_referralitem;
CREATE TRIGGER ledger_4_receipt BEFORE UPDATE ON evidence_referralitem FOR EACH ROW
    WHEN ((OLD.received_at, OLD.received_by_id, OLD.seal_seen, OLD.seal_intact, OLD.condition_seen, OLD.not_accepted)
          IS DISTINCT FROM
          (NEW.received_at, NEW.received_by_id, NEW.seal_seen, NEW.seal_intact, NEW.condition_seen, NEW.not_accepted))
    EXECUTE FUNCTION evidence_referralitem_receipt();
ALTER TABLE evidence_referralitem ENABLE ALWAYS TRIGGER ledger_4_receipt;
CREATE TRIGGER ledger_4_consigned_once BEFORE UPDATE ON evidence_referral FOR EACH ROW
    WHEN (OLD.status <> 'approved' AND OLD.consignment_id IS DISTINCT FROM NEW.consignment_id)
    EXECUTE FUNCTION ledger_rule('evidence_referral_settled');
ALTER TABLE evidence_referral ENABLE ALWAYS TRIGGER ledger_4_consigned_once;

CREATE OR REPLACE FUNCTION evidence_referral_step() RETURNS trigger LANGUAGE plpgsql
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
        LEFT JOIN evidence_exhibit x ON x.id = i.exhibit_id
        WHERE b.status <> r.status AND r.status IN ('requested', 'dispatched')
          AND (f.withdrawn_at IS NOT NULL OR s.withdrawn_at IS NOT NULL OR x.withdrawn_at IS NOT NULL)
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
                SELECT 1 FROM evidence_referralitem i
                WHERE i.referral_id = r.id AND i.withdrawn_at IS NULL AND i.not_accepted IS NULL
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
    IF EXISTS (
        SELECT 1 FROM changed r JOIN before b ON b.id = r.id JOIN evidence_consignment c ON c.id = r.consignment_id
        WHERE b.status <> r.status AND r.status = 'dispatched'
          AND c.to_agency_id IS DISTINCT FROM r.laboratory_id
    ) THEN
        RAISE EXCEPTION 'the items of a referral go to its laboratory'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referral_consigned_to_it';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changed r JOIN before b ON b.id = r.id
        JOIN evidence_custodyevent v ON v.consignment_id = r.consignment_id AND v.status IN ('open', 'accepted')
        WHERE b.status = 'dispatched' AND r.status = 'cancelled'
    ) THEN
        RAISE EXCEPTION 'items of this referral are on their way, or at the laboratory'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referral_nothing_there';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION evidence_referral_elsewhere() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed r
        JOIN evidence_referralitem i ON i.referral_id = r.id AND i.withdrawn_at IS NULL
        JOIN evidence_referralitem o ON o.withdrawn_at IS NULL AND o.referral_id <> r.id
             AND coalesce(o.find_id, o.specimen_id, o.exhibit_id) = coalesce(i.find_id, i.specimen_id, i.exhibit_id)
        JOIN evidence_referral q ON q.id = o.referral_id
        WHERE evidence_referral_underway(r.status) AND evidence_referral_underway(q.status)
    ) THEN
        RAISE EXCEPTION 'an item is in another referral that is under way'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_referralitem_elsewhere';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION evidence_result_in_place() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM evidence_referralitem i JOIN evidence_examination e ON e.referral_id = i.referral_id
        WHERE i.id = NEW.item_id AND e.id = NEW.examination_id AND i.not_accepted IS NULL
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
