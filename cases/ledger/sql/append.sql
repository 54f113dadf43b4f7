-- One function per way to find a row's chain: {kind} is case, own or system; {chain} the expression that gives it.
CREATE FUNCTION ledger_append_{kind}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET timezone = 'UTC'
    SET extra_float_digits = 1
    -- A plan cached while the ledger was small would scan all of it for ever.
    SET enable_seqscan = off
AS $$
DECLARE
    v_rows     int;
    v_chain    uuid;
    v_record   text;
    v_payload  text;
    v_seq      bigint;
    v_at_us    bigint;
    v_previous bytea;
    v_salt     bytea;
    v_inner    bytea;
    v_actor_id uuid := nullif(current_setting('taphos.actor_id', true), '')::uuid;
    v_name     text := translate(coalesce(current_setting('taphos.actor_name', true), ''), E'\n\r', '  ');
    v_agency   text := translate(coalesce(current_setting('taphos.agency', true), ''), E'\n\r', '  ');
    v_channel  text := coalesce(current_setting('taphos.channel', true), '');
    v_action   text := coalesce(current_setting('taphos.action', true), '');
    v_reason   text := coalesce(current_setting('taphos.reason', true), '');
    v_hidden   text[] := CASE WHEN TG_NARGS > 0 THEN string_to_array(TG_ARGV[0], ',') END;
    v_op       text := left(TG_OP, 1);
    v_who      text;
BEGIN
    SELECT count(*) INTO v_rows FROM (SELECT 1 FROM changed LIMIT 2) s;
    IF v_rows = 0 THEN
        RETURN NULL;
    END IF;
    IF v_name = '' OR v_action = '' OR v_channel = '' THEN
        RAISE EXCEPTION 'a change of % without an actor is refused', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Write through a Taphos service, or name taphos.actor_name, taphos.channel and taphos.action.';
    END IF;
    v_who := coalesce(v_actor_id::text, '-') || E'\n' || v_name || E'\n' || v_agency || E'\n' || v_channel || E'\n'
             || v_action || E'\n' || TG_TABLE_NAME || E'\n' || v_op || E'\n' || session_user || E'\n';

    -- One row, as a form writes it: the same entry as below, by a shorter way.
    IF v_rows = 1 THEN
        SELECT {chain}, c.id::text,
               CASE WHEN v_hidden IS NULL THEN row_to_json(c)::text ELSE (to_jsonb(c) - v_hidden)::text END
        INTO v_chain, v_record, v_payload FROM changed c;
        PERFORM 1 FROM ledger_chain WHERE chain = v_chain FOR UPDATE;
        IF NOT FOUND THEN
            INSERT INTO ledger_chain (chain) VALUES (v_chain) ON CONFLICT DO NOTHING;
            PERFORM 1 FROM ledger_chain WHERE chain = v_chain FOR UPDATE;
        END IF;
        -- A statement of its own, so that its snapshot is taken after the lock.
        SELECT e.seq, e.hash INTO v_seq, v_previous FROM ledger_entry e
        WHERE e.chain = v_chain ORDER BY e.seq DESC LIMIT 1;
        v_seq := coalesce(v_seq, 0) + 1;
        v_previous := coalesce(v_previous, decode(repeat('00', 32), 'hex'));
        v_salt := uuid_send(gen_random_uuid());
        v_inner := sha256(v_salt || convert_to(v_payload, 'UTF8'));
        v_at_us := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
        INSERT INTO ledger_entry (chain, seq, form, at_us, actor_id, actor_name, agency, channel, action, reason,
                                  table_name, record_id, operation, db_user, payload, salt, payload_hash, previous, hash)
        VALUES (v_chain, v_seq, 1, v_at_us, v_actor_id, v_name, v_agency, v_channel, v_action, v_reason,
                TG_TABLE_NAME, v_record, v_op, session_user, v_payload, v_salt, v_inner, v_previous,
                sha256(v_previous || convert_to(
                    E'1\n' || v_chain || E'\n' || v_seq || E'\n' || v_at_us || E'\n' || v_who
                    || v_record || E'\n' || encode(v_inner, 'hex') || E'\n' || v_reason, 'UTF8')));
        RETURN NULL;
    END IF;

    -- One lock per chain touched, in the order of chains, held until the transaction ends: numbers are without gap
    -- and in the order of commits.
    FOR v_chain IN SELECT DISTINCT {chain} FROM changed ORDER BY 1 LOOP
        PERFORM 1 FROM ledger_chain WHERE chain = v_chain FOR UPDATE;
        IF NOT FOUND THEN
            INSERT INTO ledger_chain (chain) VALUES (v_chain) ON CONFLICT DO NOTHING;
            PERFORM 1 FROM ledger_chain WHERE chain = v_chain FOR UPDATE;
        END IF;
    END LOOP;

    -- A statement of its own, so that its snapshot is taken after the locks.
    INSERT INTO ledger_entry (chain, seq, form, at_us, actor_id, actor_name, agency, channel, action, reason,
                              table_name, record_id, operation, db_user, payload, salt, payload_hash, previous, hash)
    SELECT y.chain, y.seq, 1, y.at_us, v_actor_id, v_name, v_agency, v_channel, v_action, v_reason,
           TG_TABLE_NAME, y.record_id, v_op, session_user, y.payload, y.salt, y.payload_hash,
           coalesce(lag(y.hash) OVER w, y.head), y.hash
    FROM (
        SELECT x.*,
               ledger_chain_hash(
                   x.head,
                   convert_to(E'1\n' || x.chain || E'\n' || x.seq || E'\n' || x.at_us || E'\n' || v_who
                              || x.record_id || E'\n' || encode(x.payload_hash, 'hex') || E'\n' || v_reason, 'UTF8')
               ) OVER (PARTITION BY x.chain ORDER BY x.seq) AS hash
        FROM (
            SELECT r.*, sha256(r.salt || convert_to(r.payload, 'UTF8')) AS payload_hash
            FROM (
                SELECT h.chain, c.id::text AS record_id,
                       CASE WHEN v_hidden IS NULL THEN row_to_json(c)::text
                            ELSE (to_jsonb(c) - v_hidden)::text END AS payload,
                       uuid_send(gen_random_uuid()) AS salt,
                       coalesce(h.seq, 0) + row_number() OVER (PARTITION BY h.chain) AS seq,
                       coalesce(h.hash, decode(repeat('00', 32), 'hex')) AS head,
                       (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS at_us
                FROM changed c
                JOIN (
                    SELECT d.chain, l.seq, l.hash
                    FROM (SELECT DISTINCT {chain} AS chain FROM changed) d
                    LEFT JOIN LATERAL (
                        SELECT e.seq, e.hash FROM ledger_entry e WHERE e.chain = d.chain ORDER BY e.seq DESC LIMIT 1
                    ) l ON true
                ) h ON h.chain = {chain}
                OFFSET 0  -- the salt is drawn once per row, not once per use
            ) r
        ) x
    ) y
    WINDOW w AS (PARTITION BY y.chain ORDER BY y.seq);
    RETURN NULL;
END $$;
-- Otherwise anyone could hang it on a temporary table of theirs and so write entries at will.
REVOKE ALL ON FUNCTION ledger_append_{kind}() FROM PUBLIC;
