-- The context of a find is a context of its site: asked of a changed find only where one of the two changed. A context
-- keeps its site, so that nothing can slip past.
CREATE FUNCTION remains_find_context_changed() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM cases_context c WHERE c.id = NEW.context_id AND c.site_id <> NEW.site_id) THEN
        RAISE EXCEPTION 'a find lies in a context of its own site'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remains_find_context_of_other_site';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER ledger_7_context_update ON remains_find;
CREATE TRIGGER ledger_4_context BEFORE UPDATE ON remains_find FOR EACH ROW
    WHEN (NEW.context_id IS NOT NULL
          AND (OLD.context_id IS DISTINCT FROM NEW.context_id OR OLD.site_id IS DISTINCT FROM NEW.site_id))
    EXECUTE FUNCTION remains_find_context_changed();
ALTER TABLE remains_find ENABLE ALWAYS TRIGGER ledger_4_context;
