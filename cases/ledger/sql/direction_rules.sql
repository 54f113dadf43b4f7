-- A direction is for somebody who takes part in the case on the day on which it is given to them.
CREATE FUNCTION cases_direction_team() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM cases_membership m
        WHERE m.case_id = NEW.case_id AND m.user_id = NEW.assignee_id AND m.withdrawn_at IS NULL
          AND m.role IN ('investigator', 'anthropologist', 'custodian')
          AND m.from_on <= current_date AND (m.until_on IS NULL OR m.until_on >= current_date)
    ) THEN
        RAISE EXCEPTION 'the assignee is not of the case''s team'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_direction_assignee_of_team';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_team_insert BEFORE INSERT ON cases_direction
    FOR EACH ROW EXECUTE FUNCTION cases_direction_team();
CREATE TRIGGER ledger_4_team_update BEFORE UPDATE ON cases_direction FOR EACH ROW
    WHEN (OLD.assignee_id IS DISTINCT FROM NEW.assignee_id) EXECUTE FUNCTION cases_direction_team();

-- What somebody has taken on is not changed under their hands, and what has ended is not changed at all.
CREATE TRIGGER ledger_4_taken_on BEFORE UPDATE ON cases_direction FOR EACH ROW
    WHEN (OLD.status <> 'given' AND (OLD.what, OLD.about_id) IS DISTINCT FROM (NEW.what, NEW.about_id))
    EXECUTE FUNCTION ledger_rule('cases_direction_taken_on');
CREATE TRIGGER ledger_4_ended BEFORE UPDATE ON cases_direction FOR EACH ROW
    WHEN (OLD.status IN ('confirmed', 'cancelled')
          AND (OLD.assignee_id, OLD.due_on, OLD.priority, OLD.result, OLD.answer, OLD.confirmed_by_id)
              IS DISTINCT FROM
              (NEW.assignee_id, NEW.due_on, NEW.priority, NEW.result, NEW.answer, NEW.confirmed_by_id))
    EXECUTE FUNCTION ledger_rule('cases_direction_ended');
-- It is given to somebody else only with a reason, also while nobody has taken it on, when its status stays the same.
CREATE TRIGGER ledger_4_reassigned BEFORE UPDATE ON cases_direction FOR EACH ROW
    WHEN (OLD.assignee_id IS DISTINCT FROM NEW.assignee_id
          AND btrim(coalesce(current_setting('taphos.reason', true), '')) = '')
    EXECUTE FUNCTION ledger_rule('cases_direction_reason_given');
-- A result is confirmed in one's own name.
CREATE TRIGGER ledger_4_confirmed BEFORE UPDATE ON cases_direction FOR EACH ROW
    WHEN (NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id
          AND NEW.confirmed_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('cases_direction_own_name');
ALTER TABLE cases_direction ENABLE ALWAYS TRIGGER ledger_4_team_insert;
ALTER TABLE cases_direction ENABLE ALWAYS TRIGGER ledger_4_team_update;
ALTER TABLE cases_direction ENABLE ALWAYS TRIGGER ledger_4_taken_on;
ALTER TABLE cases_direction ENABLE ALWAYS TRIGGER ledger_4_ended;
ALTER TABLE cases_direction ENABLE ALWAYS TRIGGER ledger_4_confirmed;
ALTER TABLE cases_direction ENABLE ALWAYS TRIGGER ledger_4_reassigned;
