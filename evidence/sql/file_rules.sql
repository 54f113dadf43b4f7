-- An alarm that a person has answered stays as it was answered.
CREATE TRIGGER ledger_4_answered BEFORE UPDATE ON evidence_filealarm FOR EACH ROW
    WHEN (OLD.answered_at IS NOT NULL) EXECUTE FUNCTION ledger_rule('evidence_filealarm_answered_stays');
ALTER TABLE evidence_filealarm ENABLE ALWAYS TRIGGER ledger_4_answered;
