ALTER TABLE public.support_tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own tickets" ON public.support_tickets
  USING (author_id = nullif(current_setting('toeic.user_id', true), '')::bigint)
  WITH CHECK (length(message) > 0);
ALTER TABLE public.essays ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.essays FORCE ROW LEVEL SECURITY;
CREATE POLICY own_essays ON public.essays AS PERMISSIVE FOR SELECT
  USING (author_id = nullif(current_setting('toeic.user_id', true), '')::bigint);

DO $access$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'toeic_reader') THEN
    GRANT USAGE ON SCHEMA content, "Analytics" TO toeic_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA content, "Analytics" TO toeic_reader;
    GRANT SELECT (id, display_name, locale) ON public.users TO toeic_reader;
    GRANT SELECT ON LARGE OBJECT 900001 TO toeic_reader;
  END IF;
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'toeic_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO toeic_app;
    GRANT USAGE ON SEQUENCE public.answers_id_seq TO toeic_app WITH GRANT OPTION;
    CREATE POLICY app_writes ON public.essays FOR INSERT TO toeic_app WITH CHECK (true);
  END IF;
END
$access$;
REVOKE EXECUTE ON FUNCTION public.check_invitation() FROM PUBLIC;

COMMENT ON TABLE public.users IS 'People who practise. "Deleted" ones keep their row: it''s what their answers refer to.';
COMMENT ON COLUMN public.users.aims IS 'Scores the learner aims at; [600,750) means ''at least 600, under 750''';
COMMENT ON TABLE public."mock test's ""results""" IS 'First line.
\ a second line that begins with a backslash; it is no command
-- a third, no comment; $$ neither a quote
	and a fourth, with a tab, 日本語 and 🎯';
COMMENT ON DOMAIN public.toeic_score IS 'From 10 to 990 in steps of five';
COMMENT ON FUNCTION "Analytics".next_certificate_code() IS 'TC- and eight digits, e.g. ''TC-00001000''';
COMMENT ON POLICY "own tickets" ON public.support_tickets IS 'An agent reads with BYPASSRLS';
COMMENT ON LARGE OBJECT 900001 IS 'Question 1, "first take"';
COMMENT ON SCHEMA "Analytics" IS E'Numbers for the dashboard\nand for nobody else';
