-- A webhook stays with its client and its key; one that was stopped stays so. A notice is sent each time as it was
-- written, and none is lost by deleting it.
CREATE TRIGGER ledger_4_stopped BEFORE UPDATE ON cases_webhook FOR EACH ROW
    WHEN (OLD.stopped_at IS NOT NULL)
    EXECUTE FUNCTION ledger_rule('cases_webhook_stays_stopped');
ALTER TABLE cases_webhook ENABLE ALWAYS TRIGGER ledger_4_stopped;
CREATE TRIGGER notice_frozen BEFORE UPDATE ON cases_notice FOR EACH ROW
    WHEN ((OLD.id, OLD.webhook_id, OLD.case_id, OLD.kind, OLD.body, OLD.created_at)
          IS DISTINCT FROM (NEW.id, NEW.webhook_id, NEW.case_id, NEW.kind, NEW.body, NEW.created_at)
          OR OLD.delivered_at IS NOT NULL)
    EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER notice_kept BEFORE DELETE ON cases_notice FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
ALTER TABLE cases_notice ENABLE ALWAYS TRIGGER notice_frozen;
ALTER TABLE cases_notice ENABLE ALWAYS TRIGGER notice_kept;
REVOKE ALL ON cases_notice FROM {app_role};
GRANT SELECT, INSERT ON cases_notice TO {app_role};
GRANT UPDATE (tries, next_at, delivered_at, dead_at, last_answer) ON cases_notice TO {app_role};
