-- An ISO week as people write it: 2021-W07.
CREATE FUNCTION week_name(day date) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_char(day, 'IYYY"-W"IW')
$$;
