import { checkOptions, type SampleOptions } from './options.ts';
import { appendFromMs, planSample, totalAnswers, type SamplePlan } from './plan-sample.ts';
import { SampleError } from './sample-error.ts';
import { ANSWER_COLUMNS, responseMs, writeAnswer, writeNote } from './tables/answer-row.ts';
import { copyStatement } from './text/copy.ts';
import { randomFrom } from './text/random.ts';

export type MutationOptions = SampleOptions & {
  /** `append`: new answers; `update-spread`: answers changed all over the table; `update-newest`: the last ones changed. */
  readonly kind: 'append' | 'update-spread' | 'update-newest';
  /** Of the rows of `answers`; more than 0, at most 100. */
  readonly percent: number;
};

const kinds: readonly string[] = [
  'append',
  'update-spread',
  'update-newest',
] satisfies MutationOptions['kind'][];

/** How many rows of `answers` the mutation appends or changes. Throws SampleError `invalid_request`. */
export function mutatedRows({ megabytes, seed, kind, percent }: MutationOptions): number {
  checkOptions({ megabytes, seed });
  if (!kinds.includes(kind)) {
    throw new SampleError('invalid_request', `kind is ${kind}; it must be one of ${kinds.join(', ')}.`);
  }
  if (!(percent > 0 && percent <= 100)) {
    throw new SampleError('invalid_request', `percent is ${percent}; it must be more than 0, at most 100.`);
  }
  return Math.max(1, Math.round((totalAnswers(planSample(megabytes)) * percent) / 100));
}

/**
 * SQL for psql that changes a loaded sample of that size, streamed. The seed is the mutation's own, apart from the
 * sample's: another seed changes other rows, or to something else. May be applied again and again, in any order.
 */
export async function* generateMutation(options: MutationOptions): AsyncGenerator<Uint8Array> {
  const rows = mutatedRows(options);
  const plan = planSample(options.megabytes);
  const settings = "SET client_encoding = 'UTF8';\nSET TimeZone = 'UTC';\n";
  yield Buffer.from(settings);
  yield* options.kind === 'append' ? appended(plan, options.seed, rows) : updated(plan, options, rows);
}

function appended(plan: SamplePlan, seed: number, rows: number): Iterable<Uint8Array> {
  return copyStatement({
    table: 'public.answers',
    columns: ANSWER_COLUMNS, // the ids come from the sequence
    *rows(out) {
      const random = randomFrom(seed, 'append');
      const stepMs = (360 * 86_400_000) / rows;
      for (let row = 0; row < rows; row += 1) {
        const answeredAt = Math.floor(appendFromMs + row * stepMs + random.below(1_000));
        writeAnswer(out, random, plan, plan.sessions, answeredAt);
        yield;
      }
    },
  });
}

/** The new values come in a temporary table, so that one statement changes all rows. */
function* updated(plan: SamplePlan, options: MutationOptions, rows: number): Generator<Uint8Array> {
  const total = totalAnswers(plan);
  const random = randomFrom(options.seed, options.kind);
  const spread = total / rows;
  yield Buffer.from('CREATE TEMPORARY TABLE changed_answers (id bigint, response_ms integer, note text);\n');
  yield* copyStatement({
    table: 'pg_temp.changed_answers',
    columns: 'id, response_ms, note',
    *rows(out) {
      for (let row = 0; row < rows; row += 1) {
        // One out of each equal stretch of ids, so that none comes twice and the count is exact.
        const firstId = Math.floor(row * spread) + 1;
        const stretch = Math.floor((row + 1) * spread) + 1 - firstId;
        const id =
          options.kind === 'update-newest' ? total - rows + row + 1 : firstId + random.below(stretch);
        out.number(id);
        out.tab();
        out.number(responseMs(random));
        out.tab();
        writeNote(out, random);
        out.newline();
        yield;
      }
    },
  });
  yield Buffer.from(`UPDATE public.answers a SET response_ms = c.response_ms, note = c.note
  FROM pg_temp.changed_answers c WHERE a.id = c.id;
DROP TABLE pg_temp.changed_answers;
`);
}
