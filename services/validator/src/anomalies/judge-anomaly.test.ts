import { describe, expect, test } from 'vitest';
import { describeAnomalies } from './describe-anomalies.ts';
import { judgeAnomalies, type Measured } from './judge-anomaly.ts';

const MIB = 1024 ** 2;
const usual: Measured = {
  type: 'full',
  sizeBytes: 10 * MIB,
  rawBytes: 40 * MIB,
  durationMs: 120_000,
  compression: 'zstd',
  encrypted: false,
  rows: { 'public.t': 10_000, 'public.small': 3 },
};
const history = [usual, { ...usual, sizeBytes: 11 * MIB, rawBytes: 44 * MIB }, usual, usual];
const judge = (of: Partial<Measured>, before: readonly Measured[] = history) =>
  judgeAnomalies({ ...usual, ...of }, before, 3).map(({ measure, subject }) =>
    subject === undefined ? measure : `${measure} ${subject}`,
  );

describe('judgeAnomalies', () => {
  test.each<[string, Partial<Measured>, readonly string[]]>([
    ['the same', {}, []],
    ['twice as much', { rawBytes: 80 * MIB, sizeBytes: 20 * MIB }, []],
    ['four times as much', { rawBytes: 160 * MIB, sizeBytes: 40 * MIB }, ['size', 'raw-size']],
    ['next to nothing', { rawBytes: 2 * MIB, sizeBytes: MIB / 2 }, ['size', 'raw-size']],
    ['an hour', { durationMs: 3_600_000 }, ['duration']],
    ['as many bytes that do not compress', { sizeBytes: 40 * MIB }, ['size', 'compression-ratio']],
    ['half as compressible', { sizeBytes: 20 * MIB }, ['compression-ratio']],
    ['a table that was emptied', { rows: { ...usual.rows, 'public.t': 0 } }, ['rows public.t']],
    ['a small table that grew', { rows: { ...usual.rows, 'public.small': 300 } }, []],
    ['a table that is gone', { rows: { 'public.t': 10_000 } }, ['tables public.small']],
    ['a new table', { rows: { ...usual.rows, 'public.new': 1_000_000 } }, []],
    ['an incremental, of which there was none', { type: 'incremental', sizeBytes: 10, durationMs: 1 }, []],
  ])('%s', (_name, of, expected) => {
    expect(judge(of)).toEqual(expected);
  });
  test('two backups say nothing of what is usual', () => {
    expect(judge({ rawBytes: 1 }, history.slice(0, 2))).toEqual([]);
  });
  test('small databases are noise', () => {
    const small = { ...usual, sizeBytes: 100, rawBytes: 400, durationMs: 10, rows: { t: 1 } };
    expect(
      judge({ ...small, rawBytes: 4_000, durationMs: 1_000, rows: { t: 9 } }, [small, small, small]),
    ).toEqual([]);
  });
});

test('in words', () => {
  const anomalies = judgeAnomalies({ ...usual, sizeBytes: 40 * MIB, rows: { 'public.t': 1 } }, history, 3);
  expect(describeAnomalies('app.dump', anomalies)).toBe(
    'app.dump is unlike the last backups of its database: size 40.0 MiB, usually 10.0 MiB; it was packed 1 times smaller, usually 4 times: encrypted content looks like that; public.t has 1 rows, usually 10000; the table public.small is gone. Look whether somebody meant that, before older backups go.',
  );
});
