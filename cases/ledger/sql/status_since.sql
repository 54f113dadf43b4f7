-- Since when a row is in its status: set by the database when the status is, whatever the statement says, so that it
-- cannot be forgotten, backdated or taken along. It stands in the row that the ledger's trigger records a moment later.
CREATE FUNCTION ledger_status_since() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.status IS DISTINCT FROM NEW.status THEN
        NEW.status_since := clock_timestamp();
    ELSE
        NEW.status_since := OLD.status_since;
    END IF;
    RETURN NEW;
END $$;
