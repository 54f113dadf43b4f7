-- The outline of a context is one closed ring of at least three corners; that it does not cross itself is the service's.
ALTER TABLE cases_context ADD CONSTRAINT cases_context_outline_whole CHECK (
    outline IS NULL
    OR coalesce(
        jsonb_typeof(outline) = 'object' AND outline ->> 'type' = 'Polygon'
        AND jsonb_typeof(outline -> 'coordinates') = 'array' AND jsonb_array_length(outline -> 'coordinates') = 1
        AND jsonb_typeof(outline #> '{coordinates,0}') = 'array'
        AND jsonb_array_length(outline #> '{coordinates,0}') >= 4
        AND outline #> '{coordinates,0,0}' = outline #> '{coordinates,0,-1}',
        false
    )
);
