import { totalAnswers, type SamplePlan } from './plan-sample.ts';

/** Sequences stand where the application would have left them; answers' own runs ahead, as its cache makes it. */
export function sequenceValues(plan: SamplePlan): string {
  const ofColumn = (table: string, value: number): string =>
    `SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('${table}', 'id'), ${value}, true);\n`;
  return [
    ofColumn('public.users', plan.users),
    ofColumn('public.practice_sessions', plan.sessions),
    ofColumn('public.essays', plan.essays),
    ofColumn('content.question_sets', plan.questionSets),
    ofColumn('content.questions', plan.questions),
    `SELECT pg_catalog.setval('public.answers_id_seq', ${totalAnswers(plan) + 13}, true);\n`,
  ].join('');
}
