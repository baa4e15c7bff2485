import { appendFromMs, totalAnswers, type SamplePlan } from '../plan-sample.ts';
import { NULL, type CopyBlock } from '../text/copy.ts';
import { momentText, writeDay } from '../text/moments.ts';
import { randomFrom, type Random } from '../text/random.ts';
import { word } from '../text/writer.ts';
import { devices } from '../words/names.ts';
import { ANSWER_COLUMNS, writeAnswer } from './answer-row.ts';
import { events } from './events.ts';
import { answerStretches, momentOf } from './timeline.ts';

/** What people do in the app: most of the bytes. */
export function practiceTables(plan: SamplePlan, seed: number): readonly CopyBlock[] {
  return [sessions(plan, seed), answers(plan, seed), events(plan, seed), vocabularyProgress(plan, seed)];
}

function sessions(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.practice_sessions',
    columns:
      'id, user_id, set_id, state, listening, reading, percentile, client, device, started_at, finished_at',
    *rows(out) {
      const random = randomFrom(seed, 'practice_sessions');
      for (let id = 1; id <= plan.sessions; id += 1) {
        const startMs = momentOf(id - 1, plan.sessions);
        const isFinished = random.chance(85);
        const isScored = isFinished && random.chance(95);
        const fields = [
          id,
          1 + random.below(plan.users),
          1 + random.below(plan.questionSets),
          isFinished ? 'finished' : random.pick(['started', 'abandoned', 'under "review"']),
          isScored ? 100 + 5 * random.below(79) : NULL,
          isScored ? 100 + 5 * random.below(79) : NULL,
          percentile(random, isScored),
          random.chance(5)
            ? `2001:db8::${random.below(9_999)}`
            : `10.${random.below(256)}.${random.below(256)}.0/24`,
          random.favour(devices),
          momentText(startMs),
          isFinished ? momentText(startMs + 60_000 + random.below(7_000_000)) : NULL,
        ];
        out.text(`${fields.join('\t')}\n`);
        yield;
      }
    },
  };
}

function percentile(random: Random, isScored: boolean): string {
  if (!isScored) return 'NaN';
  return random.chance(1) ? 'Infinity' : `0.${random.bits()}`;
}

/** In the order they happened, as an application inserts them. */
function answers(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.answers',
    columns: `id, ${ANSWER_COLUMNS}`,
    *rows(out) {
      const random = randomFrom(seed, 'answers');
      let id = 0;
      for (let row = 0; row < plan.importedAnswers; row += 1) {
        const answeredAt = row % 10 === 0 ? '-infinity' : 1_500_000_000_000 + row * 1_000;
        out.number((id += 1));
        out.tab();
        writeAnswer(out, random, plan, 1, answeredAt);
        yield;
      }
      const perSession = totalAnswers(plan) / plan.sessions;
      for (const { count, startMs, endMs } of answerStretches(plan)) {
        const stepMs = (endMs - startMs) / count;
        for (let row = 0; row < count; row += 1) {
          const answeredAt = Math.floor(startMs + (row + random.bits() / 2 ** 32) * stepMs);
          out.number((id += 1));
          out.tab();
          writeAnswer(out, random, plan, Math.ceil(id / perSession), answeredAt);
          yield;
        }
      }
    },
  };
}

function vocabularyProgress(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.vocabulary_progress',
    columns: 'user_id, word_id, ease, reviews, due_on',
    *rows(out) {
      const random = randomFrom(seed, 'vocabulary_progress');
      for (let row = 0; row < plan.vocabularyProgress; row += 1) {
        // Each user in turn, a new word every round: no pair comes twice.
        out.number(1 + (row % plan.users));
        out.tab();
        out.number(1 + Math.floor(row / plan.users) * 3 + random.below(3));
        out.word(random.pick(EASES));
        out.number(random.below(30));
        out.tab();
        if (random.chance(4)) out.word(NEVER);
        else writeDay(out, appendFromMs + random.below(60) * 86_400_000);
        out.newline();
        yield;
      }
    },
  };
}

const NEVER = word('infinity');
const EASES = Array.from({ length: 180 }, (_, hundredths) => word(`\t${(130 + hundredths) / 100}\t`));
