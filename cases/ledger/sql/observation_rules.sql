-- An observation stays as it was made, and is noted or answered in one's own name.
CREATE TRIGGER ledger_4_words BEFORE UPDATE ON cases_observation FOR EACH ROW
    WHEN ((OLD.text, OLD.about_id, OLD.made_by_id, OLD.made_on)
          IS DISTINCT FROM (NEW.text, NEW.about_id, NEW.made_by_id, NEW.made_on)
          OR OLD.answer <> '' AND OLD.answer <> NEW.answer)
    EXECUTE FUNCTION ledger_rule('cases_observation_words_fixed');
CREATE TRIGGER ledger_4_own_name BEFORE UPDATE ON cases_observation FOR EACH ROW
    WHEN (NEW.answered_by_id IS DISTINCT FROM OLD.answered_by_id
          AND NEW.answered_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('cases_observation_own_name');
ALTER TABLE cases_observation ENABLE ALWAYS TRIGGER ledger_4_words;
ALTER TABLE cases_observation ENABLE ALWAYS TRIGGER ledger_4_own_name;

-- An enquiry begins open to all of the team. It may be restricted later with the record that it is about, and is then
-- answered no more: the one who asked would not read it.
CREATE TRIGGER ledger_4_open BEFORE INSERT ON cases_enquiry FOR EACH ROW
    WHEN (NEW.handling <> 'open') EXECUTE FUNCTION ledger_rule('cases_enquiry_begins_open');
CREATE TRIGGER ledger_4_answer BEFORE UPDATE ON cases_enquiry FOR EACH ROW
    WHEN (NEW.answer <> OLD.answer AND NEW.handling <> 'open')
    EXECUTE FUNCTION ledger_rule('cases_enquiry_answer_open');
CREATE TRIGGER ledger_4_words BEFORE UPDATE ON cases_enquiry FOR EACH ROW
    WHEN ((OLD.question, OLD.about_id, OLD.asked_by_id, OLD.asked_on)
          IS DISTINCT FROM (NEW.question, NEW.about_id, NEW.asked_by_id, NEW.asked_on))
    EXECUTE FUNCTION ledger_rule('cases_enquiry_words_fixed');
CREATE TRIGGER ledger_4_own_name BEFORE UPDATE ON cases_enquiry FOR EACH ROW
    WHEN (NEW.answered_by_id IS DISTINCT FROM OLD.answered_by_id
          AND NEW.answered_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('cases_enquiry_own_name');
ALTER TABLE cases_enquiry ENABLE ALWAYS TRIGGER ledger_4_open;
ALTER TABLE cases_enquiry ENABLE ALWAYS TRIGGER ledger_4_answer;
ALTER TABLE cases_enquiry ENABLE ALWAYS TRIGGER ledger_4_words;
ALTER TABLE cases_enquiry ENABLE ALWAYS TRIGGER ledger_4_own_name;
