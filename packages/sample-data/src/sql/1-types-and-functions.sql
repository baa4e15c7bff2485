-- Extensions that PostgreSQL calls trusted: the owner of a database may create them, and none needs more than the
-- server's own packages.
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

CREATE SCHEMA content;
CREATE SCHEMA "Analytics";

-- Roles belong to the whole server: they may be there already, or the account may not be allowed to make them.
DO $roles$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['toeic_reader', 'toeic_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION
        WHEN insufficient_privilege THEN
          RAISE WARNING 'role % is missing and may not be created: its grants and policies are left out', wanted;
        WHEN duplicate_object OR unique_violation THEN
          NULL; -- another session was quicker
      END;
    END IF;
  END LOOP;
END
$roles$;

CREATE TYPE public.user_role AS ENUM ('learner', 'teacher', 'admin');
CREATE TYPE public.session_state AS ENUM ('started', 'finished', 'abandoned', 'under "review"');
CREATE TYPE public.postal_address AS (street text, city text, postcode text, country character(2));
CREATE TYPE public.score_range AS RANGE (subtype = integer);
CREATE DOMAIN public.toeic_score AS smallint CHECK (VALUE BETWEEN 10 AND 990 AND VALUE % 5 = 0);
CREATE DOMAIN public.handle AS text COLLATE "C" CHECK (VALUE ~ '^[a-z][a-z0-9_.]{2,39}$');
CREATE DOMAIN content.part AS smallint NOT NULL CHECK (VALUE BETWEEN 1 AND 7);

CREATE FUNCTION content.section_of(part content.part) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN part <= 4 THEN 'listening' ELSE 'reading' END $$;

CREATE FUNCTION public.folded(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT pg_catalog.lower(pg_catalog.normalize(value, 'NFC')) $$;

-- Belongs to no column, as an application's own counters do.
CREATE SEQUENCE public.answers_id_seq AS bigint CACHE 20;
CREATE SEQUENCE "Analytics"."Certificate Numbers" START 1000 INCREMENT 7;

CREATE FUNCTION "Analytics".next_certificate_code() RETURNS text
  LANGUAGE plpgsql VOLATILE
  AS $body$
BEGIN
  -- The name has capitals and a space, so it stays quoted inside its quotes.
  RETURN 'TC-' || to_char(nextval('"Analytics"."Certificate Numbers"'), 'FM00000000');
END
$body$;
