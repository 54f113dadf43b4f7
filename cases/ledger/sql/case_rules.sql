-- Rules of one table each, beside those that a CHECK can say.

-- Whoever proposes a closure, and whoever closes, signs for themselves; and not both in one step.
CREATE FUNCTION cases_case_signatures() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    v_actor text := coalesce(current_setting('taphos.actor_id', true), '');
BEGIN
    IF OLD.status = 'closed' AND NEW.status = 'closed' THEN
        RAISE EXCEPTION 'the case is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_case_closed';
    END IF;
    IF NEW.closure_proposed_by_id IS DISTINCT FROM OLD.closure_proposed_by_id
       AND (NEW.closure_proposed_by_id::text <> v_actor OR NEW.status = 'closed') THEN
        RAISE EXCEPTION 'a closure is proposed in one''s own name, and before the case is closed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_case_closure_signed';
    END IF;
    IF NEW.closed_by_id IS DISTINCT FROM OLD.closed_by_id AND NEW.closed_by_id::text <> v_actor THEN
        RAISE EXCEPTION 'a case is closed in one''s own name'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_case_closure_signed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_signatures BEFORE UPDATE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_case_signatures();
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER ledger_4_signatures;

-- A case is not left without a prosecutor by what somebody does; a term that simply runs out is another matter.
CREATE FUNCTION cases_membership_prosecutor() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed m
        WHERE m.role = 'prosecutor'
          AND (m.withdrawn_at IS NOT NULL OR m.until_on IS NOT NULL OR m.from_on > current_date)
          AND NOT EXISTS (
              SELECT 1 FROM cases_membership o JOIN cases_user u ON u.id = o.user_id
              WHERE o.case_id = m.case_id AND o.role = 'prosecutor' AND o.withdrawn_at IS NULL AND u.is_active
                AND o.from_on <= current_date AND (o.until_on IS NULL OR o.until_on >= current_date)
          )
    ) THEN
        RAISE EXCEPTION 'the case would be left without a prosecutor'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_membership_last_prosecutor';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_7_prosecutor AFTER UPDATE ON cases_membership REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION cases_membership_prosecutor();
ALTER TABLE cases_membership ENABLE ALWAYS TRIGGER ledger_7_prosecutor;

-- Nobody gives a part to themselves, nor more days of one. Whoever opens a case is its first prosecutor, which is the
-- one exception.
CREATE TRIGGER ledger_4_not_to_oneself BEFORE INSERT ON cases_membership FOR EACH ROW
    WHEN (NEW.user_id::text = current_setting('taphos.actor_id', true)
          AND current_setting('taphos.action', true) <> 'cases.case.opened')
    EXECUTE FUNCTION ledger_rule('cases_membership_not_to_oneself');
ALTER TABLE cases_membership ENABLE ALWAYS TRIGGER ledger_4_not_to_oneself;
CREATE TRIGGER ledger_4_not_to_oneself BEFORE INSERT ON cases_appointment FOR EACH ROW
    WHEN (NEW.user_id::text = current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('cases_appointment_not_to_oneself');
ALTER TABLE cases_appointment ENABLE ALWAYS TRIGGER ledger_4_not_to_oneself;
CREATE TRIGGER ledger_4_not_longer_to_oneself BEFORE UPDATE ON cases_membership FOR EACH ROW
    WHEN (NEW.user_id::text = current_setting('taphos.actor_id', true)
          AND (NEW.from_on < OLD.from_on
               OR coalesce(NEW.until_on, 'infinity') > coalesce(OLD.until_on, 'infinity')))
    EXECUTE FUNCTION ledger_rule('cases_membership_not_to_oneself');
ALTER TABLE cases_membership ENABLE ALWAYS TRIGGER ledger_4_not_longer_to_oneself;
CREATE TRIGGER ledger_4_not_longer_to_oneself BEFORE UPDATE ON cases_appointment FOR EACH ROW
    WHEN (NEW.user_id::text = current_setting('taphos.actor_id', true)
          AND (NEW.from_on < OLD.from_on
               OR coalesce(NEW.until_on, 'infinity') > coalesce(OLD.until_on, 'infinity')))
    EXECUTE FUNCTION ledger_rule('cases_appointment_not_to_oneself');
ALTER TABLE cases_appointment ENABLE ALWAYS TRIGGER ledger_4_not_longer_to_oneself;

-- A site's point lies on its outline. An outline of another form than GeoJSON's is none.
ALTER TABLE cases_site ADD CONSTRAINT cases_site_outline_form CHECK (
    outline IS NULL OR (
        jsonb_typeof(outline) = 'object'
        AND coalesce(outline ->> 'type', '') IN ('Point', 'Polygon', 'MultiPolygon')
        AND longitude IS NOT NULL
    )
);
CREATE FUNCTION cases_ring(ring jsonb) RETURNS polygon IMMUTABLE LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT ('(' || string_agg('(' || (p ->> 0) || ',' || (p ->> 1) || ')', ',' ORDER BY n) || ')')::polygon
    FROM jsonb_array_elements(ring) WITH ORDINALITY AS corner(p, n)
$$;
CREATE FUNCTION cases_site_point() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_point  point := point(NEW.longitude::float8, NEW.latitude::float8);
    v_places jsonb := NEW.outline -> 'coordinates';
    v_on     boolean;
BEGIN
    IF NEW.outline ->> 'type' = 'Point' THEN
        v_on := (v_places ->> 0)::numeric = NEW.longitude AND (v_places ->> 1)::numeric = NEW.latitude;
    ELSE
        IF NEW.outline ->> 'type' = 'Polygon' THEN
            v_places := jsonb_build_array(v_places);
        END IF;
        v_on := EXISTS (
            SELECT 1 FROM jsonb_array_elements(v_places) AS part
            WHERE cases_ring(part -> 0) @> v_point AND NOT EXISTS (
                SELECT 1 FROM jsonb_array_elements(part) WITH ORDINALITY AS hole(ring, n)
                WHERE n > 1 AND cases_ring(ring) @> v_point
            )
        );
    END IF;
    IF v_on IS NOT TRUE THEN
        RAISE EXCEPTION 'the point of the site lies outside its outline'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_site_point_outside_outline';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_4_point_insert BEFORE INSERT ON cases_site FOR EACH ROW
    WHEN (NEW.outline IS NOT NULL AND NEW.longitude IS NOT NULL) EXECUTE FUNCTION cases_site_point();
CREATE TRIGGER ledger_4_point_update BEFORE UPDATE ON cases_site FOR EACH ROW
    WHEN (NEW.outline IS NOT NULL AND NEW.longitude IS NOT NULL
          AND (OLD.outline, OLD.longitude, OLD.latitude) IS DISTINCT FROM (NEW.outline, NEW.longitude, NEW.latitude))
    EXECUTE FUNCTION cases_site_point();
ALTER TABLE cases_site ENABLE ALWAYS TRIGGER ledger_4_point_insert;
ALTER TABLE cases_site ENABLE ALWAYS TRIGGER ledger_4_point_update;

-- A password that somebody else has set is theirs too, until the person chooses one: that mark goes with a password of
-- one's own, and in no other way. The password of a demonstration account is public.
CREATE TRIGGER ledger_4_password_of_another BEFORE UPDATE ON cases_user FOR EACH ROW
    WHEN (OLD.password IS DISTINCT FROM NEW.password AND NOT NEW.must_change_password AND NOT NEW.is_demonstration
          AND NEW.id::text IS DISTINCT FROM current_setting('taphos.actor_id', true))
    EXECUTE FUNCTION ledger_rule('cases_user_password_of_another');
ALTER TABLE cases_user ENABLE ALWAYS TRIGGER ledger_4_password_of_another;
CREATE TRIGGER ledger_4_password_chosen BEFORE UPDATE ON cases_user FOR EACH ROW
    WHEN (OLD.must_change_password AND NOT NEW.must_change_password
          AND (OLD.password = NEW.password OR NEW.id::text IS DISTINCT FROM current_setting('taphos.actor_id', true)))
    EXECUTE FUNCTION ledger_rule('cases_user_password_chosen');
ALTER TABLE cases_user ENABLE ALWAYS TRIGGER ledger_4_password_chosen;
