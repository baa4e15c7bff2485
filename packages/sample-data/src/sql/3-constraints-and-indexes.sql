ALTER TABLE public.users
  ADD PRIMARY KEY (id),
  ADD CONSTRAINT users_email_key UNIQUE (email),
  ADD CONSTRAINT users_email_has_at CHECK (email OPERATOR(public.~) '^[^@ ]+@[^@ ]+$'),
  -- Old rows break this one: it binds new rows only.
  ADD CONSTRAINT users_phone_known CHECK (phone IS NOT NULL) NOT VALID;
ALTER TABLE content.question_sets ADD PRIMARY KEY (id);
ALTER TABLE content.passages ADD PRIMARY KEY (id);
ALTER TABLE content.questions ADD PRIMARY KEY (id);
ALTER TABLE content.explanations ADD PRIMARY KEY (id);
ALTER TABLE content.recordings ADD PRIMARY KEY (question_id);
ALTER TABLE public.practice_sessions
  ADD PRIMARY KEY (id),
  ADD CONSTRAINT practice_sessions_end_after_start CHECK (finished_at >= started_at);
ALTER TABLE public.answers ADD PRIMARY KEY (id, answered_at);
ALTER TABLE public.vocabulary_progress ADD PRIMARY KEY (user_id, word_id);
ALTER TABLE public.essays ADD PRIMARY KEY (id);
ALTER TABLE public.support_tickets ADD CONSTRAINT "support tickets: number" PRIMARY KEY (number);
ALTER TABLE public.avatars ADD PRIMARY KEY (user_id);
ALTER TABLE public.certificates ADD PRIMARY KEY (code);
ALTER TABLE public.room_bookings
  ADD CONSTRAINT room_bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.notices ADD PRIMARY KEY (id);
ALTER TABLE public.exam_notices ADD PRIMARY KEY (id);
ALTER TABLE public.page_cache ADD PRIMARY KEY (path);
ALTER TABLE public.coupons ADD PRIMARY KEY (code);
ALTER TABLE "Analytics"."Điểm số" ADD PRIMARY KEY ("Ngày", "Phần thi");
ALTER TABLE public."mock test's ""results""" ADD CONSTRAINT "one per ""user""" UNIQUE ("user id") DEFERRABLE;

CREATE UNIQUE INDEX users_handle_folded ON public.users (lower(handle::text));
CREATE INDEX users_search_name_trigrams ON public.users USING gin (search_name public.gin_trgm_ops);
CREATE INDEX users_settings ON public.users USING gin (settings jsonb_path_ops);
CREATE INDEX users_teachers ON public.users (created_at DESC) INCLUDE (display_name) WHERE role <> 'learner';
CREATE INDEX questions_search ON content.questions USING gin (search);
CREATE INDEX questions_set ON content.questions (set_id, part);
CREATE INDEX practice_sessions_user ON public.practice_sessions (user_id, started_at);
CREATE INDEX answers_session ON public.answers (session_id);
CREATE INDEX events_happened_at ON public.events USING brin (happened_at);
CREATE INDEX "chỉ mục điểm" ON "Analytics"."Điểm số" ("Điểm trung bình" NULLS FIRST);
ALTER TABLE public.practice_sessions CLUSTER ON practice_sessions_user;
ALTER TABLE public.support_tickets REPLICA IDENTITY FULL;
CREATE STATISTICS content.questions_set_part (dependencies) ON set_id, part FROM content.questions;

-- Two circles (users and their current session, questions and their best explanation) and one reference to itself.
ALTER TABLE public.users
  ADD FOREIGN KEY (invited_by) REFERENCES public.users ON DELETE SET NULL,
  ADD CONSTRAINT users_current_session FOREIGN KEY (current_session_id) REFERENCES public.practice_sessions DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.practice_sessions
  ADD FOREIGN KEY (user_id) REFERENCES public.users ON DELETE CASCADE DEFERRABLE,
  ADD FOREIGN KEY (set_id) REFERENCES content.question_sets;
ALTER TABLE content.passages ADD FOREIGN KEY (set_id) REFERENCES content.question_sets;
ALTER TABLE content.questions
  ADD FOREIGN KEY (set_id) REFERENCES content.question_sets,
  ADD FOREIGN KEY (passage_id) REFERENCES content.passages,
  ADD CONSTRAINT questions_best_explanation FOREIGN KEY (best_explanation_id) REFERENCES content.explanations DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE content.explanations
  ADD FOREIGN KEY (question_id) REFERENCES content.questions ON DELETE CASCADE,
  ADD FOREIGN KEY (author_id) REFERENCES public.users;
ALTER TABLE content.recordings ADD FOREIGN KEY (question_id) REFERENCES content.questions;
ALTER TABLE public.answers ADD FOREIGN KEY (session_id) REFERENCES public.practice_sessions;
ALTER TABLE public.essays ADD FOREIGN KEY (author_id) REFERENCES public.users;
ALTER TABLE public.avatars ADD FOREIGN KEY (user_id) REFERENCES public.users;
ALTER TABLE public.certificates ADD FOREIGN KEY (user_id) REFERENCES public.users;
