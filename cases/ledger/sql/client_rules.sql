-- Who answers for a client belongs to its agency, when it is written; a client or secret that was revoked stays so.
CREATE FUNCTION cases_client_responsible() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM cases_user u WHERE u.id = NEW.responsible_id AND u.agency_id = NEW.agency_id
    ) THEN
        RAISE EXCEPTION 'somebody of another agency would answer for it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_client_responsible_elsewhere';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_responsible_insert BEFORE INSERT ON cases_client FOR EACH ROW
    EXECUTE FUNCTION cases_client_responsible();
CREATE TRIGGER ledger_4_responsible_update BEFORE UPDATE ON cases_client FOR EACH ROW
    WHEN (OLD.responsible_id IS DISTINCT FROM NEW.responsible_id)
    EXECUTE FUNCTION cases_client_responsible();
CREATE TRIGGER ledger_4_revoked BEFORE UPDATE ON cases_client FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL)
    EXECUTE FUNCTION ledger_rule('cases_client_stays_revoked');
CREATE TRIGGER ledger_4_revoked BEFORE UPDATE ON cases_clientsecret FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL)
    EXECUTE FUNCTION ledger_rule('cases_clientsecret_stays_revoked');
ALTER TABLE cases_client ENABLE ALWAYS TRIGGER ledger_4_responsible_insert;
ALTER TABLE cases_client ENABLE ALWAYS TRIGGER ledger_4_responsible_update;
ALTER TABLE cases_client ENABLE ALWAYS TRIGGER ledger_4_revoked;
ALTER TABLE cases_clientsecret ENABLE ALWAYS TRIGGER ledger_4_revoked;
