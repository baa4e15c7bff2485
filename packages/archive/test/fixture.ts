import { copyText, noise } from './bytes.ts';

/** The dump in the committed archives: begins as pg_dump's do, then text, zeros and noise; several chunks. */
export function fixtureRaw(): Buffer {
  return Buffer.concat([
    Buffer.from('PGDMP'),
    copyText(150_000, 42),
    Buffer.alloc(1_500_000),
    noise(50_000, 43),
    copyText(100_000, 44),
  ]);
}

export const FIXTURE_SHA256 = 'a8bbae729e43d6315639ff2c255f4816747e6462c4b4df6651558c5228e53ca2';
