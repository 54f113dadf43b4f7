-- Rules of who holds what, and of who signs. The first two run after the ledger's trigger.

-- A liaison and an auditor each stand alone in a case, whether they came by the team or by an appointment in the agency
-- that leads it. Teams and appointments are recorded on different chains, so a lock of its own holds rivals apart.
CREATE FUNCTION cases_sight_apart() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_met boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('cases_sight_apart'));
    IF TG_TABLE_NAME = 'cases_case' THEN
        v_met := EXISTS (SELECT 1 FROM changed c JOIN cases_sight_met s ON s.case_id = c.id);
    ELSE
        v_met := EXISTS (SELECT 1 FROM changed c JOIN cases_sight_met s ON s.user_id = c.user_id);
    END IF;
    IF v_met THEN
        RAISE EXCEPTION 'humanitarian confidence and the prosecution''s knowledge would meet in one person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_membership_sight_apart';
    END IF;
    RETURN NULL;
END $$;
CREATE VIEW cases_sight_met AS
    SELECT m.case_id, m.user_id
    FROM cases_membership m
    JOIN cases_case k ON k.id = m.case_id
    JOIN cases_appointment a ON a.user_id = m.user_id AND a.agency_id = k.lead_agency_id
    WHERE m.withdrawn_at IS NULL AND a.role IN ('supervisor', 'auditor') AND a.role <> m.role
      AND (m.role IN ('liaison', 'auditor') OR a.role = 'auditor')
      AND daterange(m.from_on, m.until_on, '[]') && daterange(a.from_on, a.until_on, '[]');
GRANT SELECT ON cases_sight_met TO {app_role};
CREATE TRIGGER ledger_7_sight_insert AFTER INSERT ON cases_membership REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_sight_apart();
CREATE TRIGGER ledger_7_sight_update AFTER UPDATE ON cases_membership REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_sight_apart();
CREATE TRIGGER ledger_7_sight_insert AFTER INSERT ON cases_appointment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_sight_apart();
CREATE TRIGGER ledger_7_sight_update AFTER UPDATE ON cases_appointment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_sight_apart();
CREATE TRIGGER ledger_7_sight_update AFTER UPDATE ON cases_case REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_sight_apart();
ALTER TABLE cases_membership ENABLE ALWAYS TRIGGER ledger_7_sight_insert;
ALTER TABLE cases_membership ENABLE ALWAYS TRIGGER ledger_7_sight_update;
ALTER TABLE cases_appointment ENABLE ALWAYS TRIGGER ledger_7_sight_insert;
ALTER TABLE cases_appointment ENABLE ALWAYS TRIGGER ledger_7_sight_update;
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER ledger_7_sight_update;

-- Taphos is not left without an administrator, nor a case without a prosecutor, by what somebody does to an appointment
-- or to an account.
CREATE FUNCTION cases_appointment_administrator() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM cases_appointment a JOIN cases_user u ON u.id = a.user_id
        WHERE a.role = 'administrator' AND a.until_on IS NULL AND a.from_on <= current_date AND u.is_active
    ) AND EXISTS (
        SELECT 1 FROM before b JOIN cases_user u ON u.id = b.user_id
        WHERE b.role = 'administrator' AND b.until_on IS NULL AND b.from_on <= current_date AND u.is_active
    ) THEN
        RAISE EXCEPTION 'nobody would be administrator'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_appointment_last_administrator';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_administrator AFTER UPDATE ON cases_appointment REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION cases_appointment_administrator();
ALTER TABLE cases_appointment ENABLE ALWAYS TRIGGER ledger_7_administrator;
CREATE FUNCTION cases_user_switched_off() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM before b JOIN changed c ON c.id = b.id WHERE b.is_active AND NOT c.is_active
    ) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT 1 FROM before b JOIN changed c ON c.id = b.id
        JOIN cases_appointment a ON a.user_id = c.id AND a.role = 'administrator' AND a.until_on IS NULL
                                    AND a.from_on <= current_date
        WHERE b.is_active AND NOT c.is_active
    ) AND NOT EXISTS (
        SELECT 1 FROM cases_appointment a JOIN cases_user u ON u.id = a.user_id
        WHERE a.role = 'administrator' AND a.until_on IS NULL AND a.from_on <= current_date AND u.is_active
    ) THEN
        RAISE EXCEPTION 'nobody would be administrator'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_appointment_last_administrator';
    END IF;
    IF EXISTS (
        SELECT 1 FROM before b JOIN changed c ON c.id = b.id
        JOIN cases_membership m ON m.user_id = c.id AND m.role = 'prosecutor' AND m.withdrawn_at IS NULL
                                   AND m.from_on <= current_date
                                   AND (m.until_on IS NULL OR m.until_on >= current_date)
        WHERE b.is_active AND NOT c.is_active AND NOT EXISTS (
            SELECT 1 FROM cases_membership o JOIN cases_user u ON u.id = o.user_id
            WHERE o.case_id = m.case_id AND o.role = 'prosecutor' AND o.withdrawn_at IS NULL AND u.is_active
              AND o.from_on <= current_date AND (o.until_on IS NULL OR o.until_on >= current_date)
        )
    ) THEN
        RAISE EXCEPTION 'a case would be left without a prosecutor'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_user_last_prosecutor';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_switched_off AFTER UPDATE ON cases_user REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_user_switched_off();
ALTER TABLE cases_user ENABLE ALWAYS TRIGGER ledger_7_switched_off;

-- A case begins without signatures of a closure, and loses them when it is reopened: two people sign each closure.
CREATE TRIGGER ledger_4_unsigned BEFORE INSERT ON cases_case FOR EACH ROW
    WHEN (NEW.closure_proposed_by_id IS NOT NULL OR NEW.closed_by_id IS NOT NULL OR NEW.closure_reason <> '')
    EXECUTE FUNCTION ledger_rule('cases_case_closure_signed');
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER ledger_4_unsigned;
CREATE TRIGGER ledger_4_unsigned_again BEFORE UPDATE ON cases_case FOR EACH ROW
    WHEN (OLD.status <> 'reopened' AND NEW.status = 'reopened'
          AND (NEW.closure_proposed_by_id IS NOT NULL OR NEW.closed_by_id IS NOT NULL OR NEW.closure_reason <> ''))
    EXECUTE FUNCTION ledger_rule('cases_case_reopened_unsigned');
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER ledger_4_unsigned_again;
