-- What was signed stays as it was signed, and is signed in one's own name by another than who drafted it.
CREATE TRIGGER ledger_4_signed BEFORE UPDATE ON cases_sharingagreement FOR EACH ROW
    WHEN (OLD.status <> 'draft'
          AND (OLD.partner_id, OLD.purpose, OLD.legal_basis, OLD.kinds, OLD.handling_at_most, OLD.withheld,
               OLD.contributes, OLD.from_on, OLD.until_on, OLD.epoch, OLD.signed_by_id, OLD.signed_at, OLD.handling)
              IS DISTINCT FROM
              (NEW.partner_id, NEW.purpose, NEW.legal_basis, NEW.kinds, NEW.handling_at_most, NEW.withheld,
               NEW.contributes, NEW.from_on, NEW.until_on, NEW.epoch, NEW.signed_by_id, NEW.signed_at, NEW.handling))
    EXECUTE FUNCTION ledger_rule('cases_sharingagreement_signed');
ALTER TABLE cases_sharingagreement ENABLE ALWAYS TRIGGER ledger_4_signed;
CREATE TRIGGER ledger_4_own_name BEFORE UPDATE ON cases_sharingagreement FOR EACH ROW
    WHEN (NEW.signed_by_id IS DISTINCT FROM OLD.signed_by_id
          AND NEW.signed_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('cases_sharingagreement_own_name');
ALTER TABLE cases_sharingagreement ENABLE ALWAYS TRIGGER ledger_4_own_name;
CREATE TRIGGER ledger_4_drafter BEFORE UPDATE ON cases_sharingagreement FOR EACH ROW
    WHEN (OLD.drafted_by_id IS DISTINCT FROM NEW.drafted_by_id)
    EXECUTE FUNCTION ledger_rule('cases_sharingagreement_drafter_fixed');
ALTER TABLE cases_sharingagreement ENABLE ALWAYS TRIGGER ledger_4_drafter;

-- The agency that leads the case needs no agreement, and the epochs of a partner count 1, 2, 3.
CREATE FUNCTION cases_sharingagreement_partner() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM cases_case k WHERE k.id = NEW.case_id AND k.lead_agency_id = NEW.partner_id) THEN
        RAISE EXCEPTION 'the agency leads the case itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_sharingagreement_partner_leads';
    END IF;
    IF NEW.epoch IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.epoch IS NULL) AND NEW.epoch <> (
        SELECT coalesce(max(a.epoch), 0) + 1 FROM cases_sharingagreement a
        WHERE a.case_id = NEW.case_id AND a.partner_id = NEW.partner_id AND a.id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'epochs are counted one by one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_sharingagreement_epoch_next';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_partner_insert BEFORE INSERT ON cases_sharingagreement
    FOR EACH ROW EXECUTE FUNCTION cases_sharingagreement_partner();
CREATE TRIGGER ledger_4_partner_update BEFORE UPDATE ON cases_sharingagreement FOR EACH ROW
    WHEN (OLD.partner_id IS DISTINCT FROM NEW.partner_id OR OLD.epoch IS DISTINCT FROM NEW.epoch)
    EXECUTE FUNCTION cases_sharingagreement_partner();
ALTER TABLE cases_sharingagreement ENABLE ALWAYS TRIGGER ledger_4_partner_insert;
ALTER TABLE cases_sharingagreement ENABLE ALWAYS TRIGGER ledger_4_partner_update;

-- What was sent is logged beside the ledger: begun before it is sent, ended once with what was sent, never changed.
CREATE TRIGGER delivery_keep BEFORE UPDATE ON cases_delivery FOR EACH ROW
    WHEN (OLD.complete IS NOT NULL OR NEW.complete IS NULL
          OR (OLD.id, OLD.at, OLD.case_id, OLD.agreement_id, OLD.client_id, OLD.kind, OLD.after_seq, OLD.upto_seq)
             IS DISTINCT FROM
             (NEW.id, NEW.at, NEW.case_id, NEW.agreement_id, NEW.client_id, NEW.kind, NEW.after_seq, NEW.upto_seq))
    EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER delivery_keep_row BEFORE DELETE ON cases_delivery
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER delivery_keep_all BEFORE TRUNCATE ON cases_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
ALTER TABLE cases_delivery ENABLE ALWAYS TRIGGER delivery_keep;
ALTER TABLE cases_delivery ENABLE ALWAYS TRIGGER delivery_keep_row;
ALTER TABLE cases_delivery ENABLE ALWAYS TRIGGER delivery_keep_all;
REVOKE ALL ON cases_delivery FROM {app_role};
GRANT SELECT, INSERT ON cases_delivery TO {app_role};
GRANT UPDATE (entries, number, complete) ON cases_delivery TO {app_role};
