-- What becomes of an exhibit - used up, released, destroyed - is proposed in one's own name, before it is confirmed; what was
-- decided stays.
CREATE OR REPLACE FUNCTION evidence_exhibit_disposal() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    v_actor text := coalesce(current_setting('taphos.actor_id', true), '');
BEGIN
    IF OLD.status IN ('consumed', 'released', 'destroyed')
       OR (NEW.disposal_proposed_by_id IS NOT NULL
           AND (NEW.disposal_proposed_by_id::text <> v_actor
                OR NEW.status IN ('consumed', 'released', 'destroyed'))) THEN
        RAISE EXCEPTION 'the end of an exhibit is proposed in one''s own name, before it is confirmed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_exhibit_disposal_signed';
    END IF;
    RETURN NEW;
END $$;
