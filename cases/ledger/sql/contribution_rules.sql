-- A contribution is made under a signed agreement (the service asks its days) with the agency of the program that sends it, for kinds that the
-- agreement names, and in the program's own name.
CREATE FUNCTION cases_contribution_agreed() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM cases_sharingagreement a JOIN cases_client c ON c.agency_id = a.partner_id
        WHERE a.id = NEW.agreement_id AND c.id = NEW.client_id AND c.responsible_id = NEW.answers_id
          AND a.status = 'signed' AND a.withdrawn_at IS NULL AND NEW.kind = ANY (a.contributes)
    ) THEN
        RAISE EXCEPTION 'no agreement lets this program contribute this'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_contribution_agreed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_agreed BEFORE INSERT ON cases_contribution
    FOR EACH ROW EXECUTE FUNCTION cases_contribution_agreed();
ALTER TABLE cases_contribution ENABLE ALWAYS TRIGGER ledger_4_agreed;
CREATE TRIGGER ledger_4_sender BEFORE INSERT ON cases_contribution FOR EACH ROW
    WHEN (NEW.client_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('cases_contribution_sender');
ALTER TABLE cases_contribution ENABLE ALWAYS TRIGGER ledger_4_sender;

-- What was sent stays as it was sent, and what was decided as it was decided; it is decided in one's own name.
CREATE TRIGGER ledger_4_sent BEFORE UPDATE ON cases_contribution FOR EACH ROW
    WHEN ((OLD.agreement_id, OLD.client_id, OLD.answers_id, OLD.kind, OLD.identifier, OLD.values, OLD.record,
           OLD.read_version, OLD.remark)
          IS DISTINCT FROM
          (NEW.agreement_id, NEW.client_id, NEW.answers_id, NEW.kind, NEW.identifier, NEW.values, NEW.record,
           NEW.read_version, NEW.remark)
          OR OLD.status <> 'proposed'
          AND (OLD.decided_by_id, OLD.decided_at, OLD.decline_reason, OLD.became, OLD.taken)
              IS DISTINCT FROM
              (NEW.decided_by_id, NEW.decided_at, NEW.decline_reason, NEW.became, NEW.taken))
    EXECUTE FUNCTION ledger_rule('cases_contribution_sent');
ALTER TABLE cases_contribution ENABLE ALWAYS TRIGGER ledger_4_sent;
CREATE TRIGGER ledger_4_own_name BEFORE UPDATE ON cases_contribution FOR EACH ROW
    WHEN (NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id
          AND NEW.decided_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('cases_contribution_own_name');
ALTER TABLE cases_contribution ENABLE ALWAYS TRIGGER ledger_4_own_name;

-- What came earlier under one identifier is decided first: the later one is about what became of it.
CREATE FUNCTION cases_contribution_in_order() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM cases_contribution e JOIN cases_client ec ON ec.id = e.client_id
        WHERE e.case_id = NEW.case_id AND e.kind = NEW.kind AND e.identifier = NEW.identifier
          AND e.status = 'proposed' AND e.withdrawn_at IS NULL AND e.id < NEW.id
          AND ec.agency_id = (SELECT c.agency_id FROM cases_client c WHERE c.id = NEW.client_id)
    ) THEN
        RAISE EXCEPTION 'an earlier contribution under this identifier waits'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_contribution_in_order';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_in_order BEFORE UPDATE ON cases_contribution FOR EACH ROW
    WHEN (OLD.status = 'proposed' AND NEW.status = 'accepted')
    EXECUTE FUNCTION cases_contribution_in_order();
ALTER TABLE cases_contribution ENABLE ALWAYS TRIGGER ledger_4_in_order;
