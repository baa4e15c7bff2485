CREATE FUNCTION public.touch_updated_at() RETURNS trigger
  LANGUAGE plpgsql
  AS $_$
BEGIN
  /* A body with what trips a careless reader: ; -- ' " $$ and a line that begins with a backslash:
\. is not the end of anything here
  */
  NEW.updated_at := now();
  RETURN NEW;
END
$_$;
CREATE TRIGGER practice_sessions_touch BEFORE UPDATE ON public.practice_sessions
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION public.touch_updated_at();

CREATE FUNCTION public.check_invitation() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $_$
BEGIN
  IF NEW.invited_by = NEW.id THEN
    RAISE EXCEPTION 'user % cannot invite themselves', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END
$_$;
CREATE CONSTRAINT TRIGGER users_invitation AFTER INSERT OR UPDATE OF invited_by ON public.users
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.check_invitation();

CREATE AGGREGATE public.longest_text(text) (SFUNC = textcat, STYPE = text, INITCOND = '');

-- Grouping by the key alone makes the view depend on the primary key, which a dump adds after the data.
CREATE VIEW public.active_learners AS
  SELECT u.id, u.display_name, u.email, count(s.id) AS sessions, max(s.total) AS best_total
    FROM public.users u
    JOIN public.practice_sessions s ON s.user_id = u.id
   GROUP BY u.id;

CREATE VIEW public.vietnamese_users WITH (security_barrier = true) AS
  SELECT id, display_name, locale FROM public.users WHERE locale = 'vi-VN'
  WITH LOCAL CHECK OPTION;

CREATE MATERIALIZED VIEW "Analytics".set_statistics AS
  SELECT q.id AS set_id, q.title, count(s.id) AS sessions, avg(s.total) AS average_total
    FROM content.question_sets q
    LEFT JOIN public.practice_sessions s ON s.set_id = q.id AND s.state = 'finished'
   GROUP BY q.id
  WITH DATA;
CREATE UNIQUE INDEX set_statistics_set ON "Analytics".set_statistics (set_id);
