-- Reads and exports are logged beside the ledger: added to, never changed.
CREATE TRIGGER access_log_keep BEFORE UPDATE OR DELETE ON cases_accesslogentry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER access_log_keep_all BEFORE TRUNCATE ON cases_accesslogentry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
ALTER TABLE cases_accesslogentry ENABLE ALWAYS TRIGGER access_log_keep;
ALTER TABLE cases_accesslogentry ENABLE ALWAYS TRIGGER access_log_keep_all;
REVOKE ALL ON cases_accesslogentry FROM {app_role};
GRANT SELECT, INSERT ON cases_accesslogentry TO {app_role};
