import { checkOptions, type SampleOptions } from './options.ts';
import { planSample, totalAnswers, type SamplePlan } from './plan-sample.ts';
import { EVENT_KINDS } from './tables/events.ts';

export type SampleManifest = {
  /**
   * Rows by the table's name as SQL spells it, as `SELECT count(*) FROM <name>` counts them: a partitioned table with
   * its partitions, a parent with its heirs. Hash partitions are not listed one by one; the filled view is.
   */
  readonly tables: Readonly<Record<string, number>>;
  readonly largeObjects: number;
};

/** What a freshly loaded sample holds, exactly. Pure; throws SampleError `invalid_request` for options out of range. */
export function sampleManifest(options: SampleOptions): SampleManifest {
  checkOptions(options);
  const plan = planSample(options.megabytes);
  return {
    tables: {
      'public.users': plan.users,
      'public.certificates': plan.certificates,
      'public.support_tickets': plan.supportTickets,
      'public."mock test\'s ""results"""': plan.mockTestResults,
      'content.question_sets': plan.questionSets,
      'content.passages': plan.passages,
      'content.questions': plan.questions,
      'content.explanations': plan.explanations,
      'content.recordings': plan.recordings,
      'public.practice_sessions': plan.sessions,
      ...answerTables(plan),
      ...eventTables(plan),
      'public.vocabulary_progress': plan.vocabularyProgress,
      'public.essays': plan.essays,
      'public.avatars': plan.avatars,
      'public.room_bookings': plan.roomBookings,
      'public.notices': plan.notices + plan.examNotices,
      'public.exam_notices': plan.examNotices,
      'public.page_cache': plan.cachedPages,
      'public.coupons': 0,
      '"Analytics"."Điểm số"': plan.dailyScores,
      '"Analytics".set_statistics': plan.questionSets,
    },
    largeObjects: plan.recordings,
  };
}

function answerTables(plan: SamplePlan): Record<string, number> {
  const [of2022 = 0, of2023 = 0, of2024 = 0, of2025 = 0] = plan.answersOfYear;
  return {
    'public.answers': totalAnswers(plan),
    'public.answers_imported': plan.importedAnswers,
    'public.answers_2022': of2022,
    'public.answers_2023': of2023,
    'public.answers_2024': of2024,
    'public.answers_2025': of2025,
    'public.answers_2026': 0,
  };
}

function eventTables(plan: SamplePlan): Record<string, number> {
  const rounds = Math.floor(plan.events / EVENT_KINDS.length);
  const begun = EVENT_KINDS.slice(0, plan.events % EVENT_KINDS.length);
  const count = (...kinds: readonly string[]): number => {
    const among = (list: readonly string[]): number => list.filter((kind) => kinds.includes(kind)).length;
    return rounds * among(EVENT_KINDS) + among(begun);
  };
  const access = count('login', 'logout');
  const money = count('purchase', 'refund');
  return {
    'public.events': plan.events,
    'public.events_access': access,
    'public.events_money': money,
    'public.events_other': plan.events - access - money,
  };
}
