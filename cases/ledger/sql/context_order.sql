-- Contexts of one site in an order without circles. `equal` joins two contexts into one step; a circle is a way back
-- to where one began that goes down at least once. It runs after the ledger's trigger, which holds the case's lock,
-- so two people cannot close a circle from both ends at once.
CREATE FUNCTION cases_contextrelation_order() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed r
        JOIN cases_context u ON u.id = r.upper_id
        JOIN cases_context l ON l.id = r.lower_id
        WHERE u.site_id <> l.site_id
    ) THEN
        RAISE EXCEPTION 'a relation joins contexts of one site'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_contextrelation_one_site';
    END IF;
    IF EXISTS (
        WITH RECURSIVE relation AS (
            SELECT r.upper_id, r.lower_id, r.kind FROM cases_contextrelation r
            WHERE r.case_id IN (SELECT c.case_id FROM changed c) AND r.withdrawn_at IS NULL
        ), step(a, b, down) AS (
            SELECT upper_id, lower_id, kind = 'above' FROM relation
            UNION ALL
            SELECT lower_id, upper_id, false FROM relation WHERE kind = 'equal'
        ), walk(origin, place, down) AS (
            SELECT c.upper_id, c.upper_id, false FROM changed c WHERE c.withdrawn_at IS NULL
            UNION
            SELECT w.origin, s.b, w.down OR s.down FROM walk w JOIN step s ON s.a = w.place
        )
        SELECT 1 FROM walk WHERE origin = place AND down
    ) THEN
        RAISE EXCEPTION 'these relations of contexts form a circle'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_contextrelation_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_order_insert AFTER INSERT ON cases_contextrelation REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_contextrelation_order();
CREATE TRIGGER ledger_7_order_update AFTER UPDATE ON cases_contextrelation REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_contextrelation_order();
ALTER TABLE cases_contextrelation ENABLE ALWAYS TRIGGER ledger_7_order_insert;
ALTER TABLE cases_contextrelation ENABLE ALWAYS TRIGGER ledger_7_order_update;
