import type { SamplePlan } from '../plan-sample.ts';
import { NULL } from '../text/copy.ts';
import { writeMoment } from '../text/moments.ts';
import type { Random } from '../text/random.ts';
import { word, type Writer } from '../text/writer.ts';
import { asides } from '../words/names.ts';
import { writeSentence } from '../words/sentence.ts';

/** The columns of `answers` after the id, as `writeAnswer` fills them. */
export const ANSWER_COLUMNS = 'session_id, question_id, chosen, is_correct, response_ms, answered_at, note';

/** Many people answer at the same time: an answer belongs to one of the last sessions that began. */
const SESSIONS_AT_A_TIME = 24;

const choices = ['A', 'B', 'C', 'D'].map(word);
const encodedAsides = asides.map(word);
const nothing = word(NULL);
const yes = word('\tt\t');
const no = word('\tf\t');

/**
 * Writes one row without its id: in session `newestSession` or one of those just before it, at `answeredAt` (epoch
 * milliseconds, or PostgreSQL's beginning of time).
 */
export function writeAnswer(
  out: Writer,
  random: Random,
  plan: SamplePlan,
  newestSession: number,
  answeredAt: number | '-infinity',
): void {
  const isOpen = random.chance(3);
  out.number(Math.max(1, newestSession - random.below(SESSIONS_AT_A_TIME)));
  out.tab();
  out.number(1 + random.below(plan.questions));
  out.tab();
  out.word(isOpen ? nothing : random.pick(choices));
  out.word(!isOpen && random.chance(64) ? yes : no);
  out.number(responseMs(random));
  out.tab();
  if (typeof answeredAt === 'number') writeMoment(out, answeredAt);
  else out.text(answeredAt);
  out.tab();
  writeNote(out, random);
  out.newline();
}

/** Most answers take some seconds, a few take a minute. */
export function responseMs(random: Random): number {
  return 900 + random.below(9_000) + (random.chance(10) ? random.below(60_000) : 0);
}

/** What a learner wrote beside an answer, or NULL. */
export function writeNote(out: Writer, random: Random): void {
  const kind = random.below(100);
  if (kind < 55) writeSentence(out, random);
  else if (kind < 58) out.word(random.pick(encodedAsides));
  else out.word(nothing);
}
