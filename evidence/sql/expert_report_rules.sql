-- A report is filed while the laboratory examines, and stays.
CREATE FUNCTION evidence_expertreport_while_examined() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed c JOIN evidence_referral r ON r.id = c.referral_id WHERE r.status <> 'examination'
    ) THEN
        RAISE EXCEPTION 'reports are filed while the laboratory examines'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_expertreport_in_examination';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_examined AFTER INSERT ON evidence_expertreport REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_expertreport_while_examined();
ALTER TABLE evidence_expertreport ENABLE ALWAYS TRIGGER ledger_7_examined;
