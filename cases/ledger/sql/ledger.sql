-- The ledger itself. Written in plain SQL because its promises are the database's, not the application's:
-- no setting of a session silences it, and nobody but the triggers below can add to it.

CREATE TABLE ledger_chain (
    chain uuid PRIMARY KEY
);
COMMENT ON TABLE ledger_chain IS 'One row per chain, locked by whoever appends to it until that transaction ends.';

CREATE TABLE ledger_entry (
    chain        uuid     NOT NULL,
    seq          bigint   NOT NULL CHECK (seq > 0),
    form         smallint NOT NULL,
    at_us        bigint   NOT NULL,
    actor_id     uuid,
    actor_name   text     NOT NULL CHECK (actor_name <> '' AND actor_name !~ E'[\n\r]'),
    agency       text     NOT NULL CHECK (agency !~ E'[\n\r]'),
    channel      text     NOT NULL CHECK (channel IN ('admin', 'api', 'import', 'command')),
    action       text     NOT NULL CHECK (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
    reason       text     NOT NULL,
    table_name   text     NOT NULL,
    record_id    text     NOT NULL CHECK (record_id !~ E'[\n\r]'),
    operation    text     NOT NULL CHECK (operation IN ('I', 'U', 'D')),
    db_user      text     NOT NULL,
    payload      text     NOT NULL,
    salt         bytea    NOT NULL,
    payload_hash bytea    NOT NULL,
    previous     bytea    NOT NULL,
    hash         bytea    NOT NULL,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX ledger_entry_record ON ledger_entry (table_name, record_id, seq);

-- Append-only, for the owner too: these triggers fire whatever session_replication_role says.
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was recorded is not altered or removed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER ledger_entry_keep BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_entry_keep_all BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_chain_keep BEFORE DELETE ON ledger_chain
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_chain_keep_all BEFORE TRUNCATE ON ledger_chain
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_keep;
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_keep_all;
ALTER TABLE ledger_chain ENABLE ALWAYS TRIGGER ledger_chain_keep;
ALTER TABLE ledger_chain ENABLE ALWAYS TRIGGER ledger_chain_keep_all;

-- The hash of an entry runs over the entry before it and all its own fields; see docs/ledger.md for the byte form.
CREATE FUNCTION ledger_step(state bytea, head bytea, body bytea) RETURNS bytea
    IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RETURN sha256(coalesce(state, head) || body);
END $$;
CREATE AGGREGATE ledger_chain_hash(head bytea, body bytea) (SFUNC = ledger_step, STYPE = bytea);

-- A record keeps its identity and its case for ever, and its version counts its changes.
CREATE FUNCTION ledger_count_version() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE FUNCTION ledger_first_version() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    NEW.version := 1;
    RETURN NEW;
END $$;
CREATE FUNCTION ledger_freeze() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the identifier and the case of a recorded row in % do not change', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
