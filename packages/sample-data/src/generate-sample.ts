import { readFile } from 'node:fs/promises';
import { checkOptions, type SampleOptions } from './options.ts';
import { planSample, type SamplePlan } from './plan-sample.ts';
import { sequenceValues } from './sequences.ts';
import { contentTables } from './tables/content.ts';
import { largeObjects } from './tables/large-objects.ts';
import { oddTables } from './tables/odds-and-ends.ts';
import { peopleTables } from './tables/people.ts';
import { practiceTables } from './tables/practice.ts';
import { copyStatement, inChunks } from './text/copy.ts';

const SETTINGS = `SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET client_min_messages = warning;
SET search_path = public;
SET TimeZone = 'UTC';
`;

/**
 * The sample as SQL for psql, UTF-8, in chunks of about 256 KiB made as they are taken: memory stays flat whatever the
 * size. Loads into an empty database of encoding UTF8, best as one transaction; has no psql commands. Throws SampleError
 * `invalid_request` for options out of range.
 */
export async function* generateSample(options: SampleOptions): AsyncGenerator<Uint8Array> {
  checkOptions(options);
  const plan = planSample(options.megabytes);
  yield await definitions('1-types-and-functions', '2-tables');
  yield* data(plan, options.seed);
  yield await definitions('3-constraints-and-indexes', '4-views-and-triggers', '5-access-and-comments');
}

async function definitions(...files: readonly string[]): Promise<Uint8Array> {
  const texts = await Promise.all(
    files.map((file) => readFile(new URL(`./sql/${file}.sql`, import.meta.url), 'utf8')),
  );
  return Buffer.from([SETTINGS, ...texts].join('\n'));
}

function* data(plan: SamplePlan, seed: number): Generator<Uint8Array> {
  const tables = [peopleTables, contentTables, practiceTables, oddTables].flatMap((make) => make(plan, seed));
  for (const table of tables) yield* copyStatement(table);
  yield* inChunks((out) => largeObjects(out, plan, seed));
  yield Buffer.from(sequenceValues(plan));
}
