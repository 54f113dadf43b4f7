-- Entries of the two logs stay as they were written, for ever: what was wrong is put right by another entry. Their
-- handling alone may follow that of the records that they name.
CREATE TRIGGER ledger_4_log BEFORE UPDATE ON cases_disclosure
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('cases_disclosure_entry_fixed');
CREATE TRIGGER ledger_4_log BEFORE UPDATE ON cases_discloseditem
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('cases_disclosure_entry_fixed');
CREATE TRIGGER ledger_4_log BEFORE UPDATE ON cases_sharing
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('cases_sharing_entry_fixed');
CREATE TRIGGER ledger_4_log BEFORE UPDATE ON cases_sharingsource
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('cases_sharing_entry_fixed');
ALTER TABLE cases_disclosure ENABLE ALWAYS TRIGGER ledger_4_log;
ALTER TABLE cases_discloseditem ENABLE ALWAYS TRIGGER ledger_4_log;
ALTER TABLE cases_sharing ENABLE ALWAYS TRIGGER ledger_4_log;
ALTER TABLE cases_sharingsource ENABLE ALWAYS TRIGGER ledger_4_log;

-- An entry is written in one's own name.
CREATE TRIGGER ledger_4_own_name BEFORE INSERT ON cases_sharing FOR EACH ROW
    WHEN (current_setting('taphos.actor_id', true) NOT IN ('', NEW.shared_by_id::text))
    EXECUTE FUNCTION ledger_rule('cases_sharing_own_name');
CREATE TRIGGER ledger_4_own_name BEFORE INSERT ON cases_disclosure FOR EACH ROW
    WHEN (current_setting('taphos.actor_id', true) NOT IN ('', NEW.recorded_by_id::text))
    EXECUTE FUNCTION ledger_rule('cases_disclosure_own_name');
ALTER TABLE cases_sharing ENABLE ALWAYS TRIGGER ledger_4_own_name;
ALTER TABLE cases_disclosure ENABLE ALWAYS TRIGGER ledger_4_own_name;
