-- What the public was told stays as it was told: rules of public pages and updates that no CHECK can say.

-- A page that is public keeps its address and its main language, and has a title in that language.
CREATE TRIGGER ledger_4_address BEFORE UPDATE ON cases_publicpage FOR EACH ROW
    WHEN (OLD.status <> 'draft' AND (OLD.slug, OLD.language) IS DISTINCT FROM (NEW.slug, NEW.language))
    EXECUTE FUNCTION ledger_rule('cases_publicpage_address_fixed');
ALTER TABLE cases_publicpage ENABLE ALWAYS TRIGGER ledger_4_address;
CREATE FUNCTION cases_publicpage_titled() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed p WHERE p.status <> 'draft' AND NOT EXISTS (
            SELECT 1 FROM cases_publictitle t
            WHERE t.page_id = p.id AND t.language = p.language AND t.withdrawn_at IS NULL
        )
    ) THEN
        RAISE EXCEPTION 'a public page has a title in its main language'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_publicpage_main_title';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_titled AFTER UPDATE ON cases_publicpage REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_publicpage_titled();
ALTER TABLE cases_publicpage ENABLE ALWAYS TRIGGER ledger_7_titled;

-- A title that the public knows is not changed; further languages are added. The lock lets no page be opened meanwhile.
CREATE FUNCTION cases_publictitle_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_status text;
BEGIN
    SELECT status INTO v_status FROM cases_publicpage WHERE id = OLD.page_id FOR SHARE;
    IF v_status <> 'draft' THEN
        RAISE EXCEPTION 'a title that is public is changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_publictitle_public';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_public BEFORE UPDATE ON cases_publictitle FOR EACH ROW
    WHEN ((OLD.page_id, OLD.language, OLD.title, OLD.publisher, OLD.added_at, OLD.withdrawn_at)
          IS DISTINCT FROM (NEW.page_id, NEW.language, NEW.title, NEW.publisher, NEW.added_at, NEW.withdrawn_at))
    EXECUTE FUNCTION cases_publictitle_kept();
ALTER TABLE cases_publictitle ENABLE ALWAYS TRIGGER ledger_4_public;

-- An update that awaits approval keeps what was submitted; one that went out, or was discarded, keeps everything.
CREATE TRIGGER ledger_4_submitted BEFORE UPDATE ON cases_publicupdate FOR EACH ROW
    WHEN (OLD.status <> 'draft' AND (OLD.page_id, OLD.dated_on, OLD.corrects_id)
          IS DISTINCT FROM (NEW.page_id, NEW.dated_on, NEW.corrects_id))
    EXECUTE FUNCTION ledger_rule('cases_publicupdate_frozen');
CREATE TRIGGER ledger_4_published BEFORE UPDATE ON cases_publicupdate FOR EACH ROW
    WHEN (OLD.status IN ('published', 'retracted', 'discarded') AND (OLD.number, OLD.approved_by_id, OLD.published_at)
          IS DISTINCT FROM (NEW.number, NEW.approved_by_id, NEW.published_at))
    EXECUTE FUNCTION ledger_rule('cases_publicupdate_frozen');
CREATE TRIGGER ledger_4_retracted BEFORE UPDATE ON cases_publicupdate FOR EACH ROW
    WHEN (NOT (OLD.status = 'published' AND NEW.status = 'retracted')
          AND (OLD.retracted_at, OLD.retracted_reason) IS DISTINCT FROM (NEW.retracted_at, NEW.retracted_reason))
    EXECUTE FUNCTION ledger_rule('cases_publicupdate_frozen');
CREATE TRIGGER ledger_4_own_name BEFORE UPDATE ON cases_publicupdate FOR EACH ROW
    WHEN (NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
          AND NEW.approved_by_id::text IS DISTINCT FROM current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('cases_publicupdate_approved_in_own_name');
ALTER TABLE cases_publicupdate ENABLE ALWAYS TRIGGER ledger_4_submitted;
ALTER TABLE cases_publicupdate ENABLE ALWAYS TRIGGER ledger_4_published;
ALTER TABLE cases_publicupdate ENABLE ALWAYS TRIGGER ledger_4_retracted;
ALTER TABLE cases_publicupdate ENABLE ALWAYS TRIGGER ledger_4_own_name;

-- So do its texts and facts. While it awaits approval, the approval writes the words as they go out, and the versions
-- of the records; the lock lets nobody else write a part meanwhile.
CREATE FUNCTION cases_publicpart_frozen() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_status text;
    v_free   text[] := ARRAY['version', 'handling'];
BEGIN
    SELECT status INTO v_status FROM cases_publicupdate WHERE id = NEW.update_id FOR SHARE;
    IF v_status = 'draft' THEN
        RETURN NEW;
    END IF;
    IF v_status = 'submitted' THEN
        v_free := v_free || ARRAY['published_title', 'published_body', 'record_version'];
    END IF;
    IF TG_OP = 'INSERT' OR to_jsonb(OLD) - v_free IS DISTINCT FROM to_jsonb(NEW) - v_free THEN
        RAISE EXCEPTION 'a part of an update that is no draft is changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_publicupdate_parts_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_frozen BEFORE INSERT OR UPDATE ON cases_publictext FOR EACH ROW
    EXECUTE FUNCTION cases_publicpart_frozen();
CREATE TRIGGER ledger_4_frozen BEFORE INSERT OR UPDATE ON cases_publicfact FOR EACH ROW
    EXECUTE FUNCTION cases_publicpart_frozen();
ALTER TABLE cases_publictext ENABLE ALWAYS TRIGGER ledger_4_frozen;
ALTER TABLE cases_publicfact ENABLE ALWAYS TRIGGER ledger_4_frozen;

-- What is corrected is known to the public, on the same page.
CREATE FUNCTION cases_publicupdate_correction() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed u JOIN cases_publicupdate o ON o.id = u.corrects_id
        WHERE o.page_id <> u.page_id OR o.status NOT IN ('published', 'retracted')
    ) THEN
        RAISE EXCEPTION 'an update corrects one that is published on the same page'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_publicupdate_corrects_published';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_correction_insert AFTER INSERT ON cases_publicupdate REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_publicupdate_correction();
CREATE TRIGGER ledger_7_correction_update AFTER UPDATE ON cases_publicupdate REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_publicupdate_correction();
ALTER TABLE cases_publicupdate ENABLE ALWAYS TRIGGER ledger_7_correction_insert;
ALTER TABLE cases_publicupdate ENABLE ALWAYS TRIGGER ledger_7_correction_update;

-- What goes out has a public page, words in its main language, and facts that open records of the case say now. It
-- runs after the ledger's trigger, which holds the case's lock: nobody changes such a record at the same moment.
CREATE FUNCTION cases_publicupdate_goes_out() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_rule text;
    v_fact record;
    v_said boolean;
BEGIN
    SELECT CASE
        WHEN p.status <> 'public' THEN 'cases_publicupdate_page_public'
        WHEN NOT EXISTS (
            SELECT 1 FROM cases_publictext t
            WHERE t.update_id = c.id AND t.language = p.language AND t.withdrawn_at IS NULL
        ) OR EXISTS (
            SELECT 1 FROM cases_publictext t
            WHERE t.update_id = c.id AND t.withdrawn_at IS NULL
              AND (t.published_title = '' OR t.published_body = '' OR t.handling <> 'open')
        ) THEN 'cases_publicupdate_words_kept'
    END INTO v_rule
    FROM changed c JOIN before b ON b.id = c.id JOIN cases_publicpage p ON p.id = c.page_id
    WHERE b.status <> 'published' AND c.status = 'published'
    ORDER BY 1 NULLS LAST LIMIT 1;
    IF v_rule IS NOT NULL THEN
        RAISE EXCEPTION 'an update is not fit to go out' USING ERRCODE = 'check_violation', CONSTRAINT = v_rule;
    END IF;
    FOR v_fact IN
        SELECT f.* FROM changed c JOIN before b ON b.id = c.id
        JOIN cases_publicfact f ON f.update_id = c.id AND f.withdrawn_at IS NULL
        WHERE b.status <> 'published' AND c.status = 'published'
    LOOP
        v_said := to_regclass(quote_ident(v_fact.table_name)) IS NOT NULL;
        IF v_said THEN
            EXECUTE format(
                'SELECT EXISTS (SELECT 1 FROM %I r WHERE r.id = $1 AND r.case_id = $2 AND r.version = $3'
                ' AND r.handling = ''open'' AND r.withdrawn_at IS NULL)', v_fact.table_name
            ) INTO v_said USING v_fact.record_id, v_fact.case_id, v_fact.record_version;
        END IF;
        IF NOT v_said THEN
            RAISE EXCEPTION 'a fact is not what an open record says'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_publicupdate_facts_stand';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_goes_out AFTER UPDATE ON cases_publicupdate
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_publicupdate_goes_out();
ALTER TABLE cases_publicupdate ENABLE ALWAYS TRIGGER ledger_7_goes_out;
