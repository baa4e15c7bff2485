/** One row of what the integration suites are run against. */
export type Row = {
  readonly image: string;
  /** Which tests, as vitest takes paths. */
  readonly suite: string;
  /** What prints the server's version. */
  readonly version: readonly string[];
  /** The image has nothing but its program, so the suite runs in Node's image with that program in it. */
  readonly programs?: readonly string[];
};

const nats = (image: string): Row => ({
  image,
  suite: 'packages/bus',
  version: ['nats-server', '--version'],
  programs: ['/nats-server', '/usr/local/bin/nats-server'],
});
/** Server and client programs of one major: the suite runs beside them. */
const postgres = (image: string): Row => ({
  image,
  suite: 'packages/postgres',
  version: ['postgres', '--version'],
});

export const MATRIX: readonly Row[] = [
  nats('nats:2.10'),
  nats('nats:2.15'),
  postgres('postgres:15'),
  postgres('postgres:17'),
  postgres('postgres:18'),
];

/** Those whose image holds one of the words; all without words. */
export const rowsFor = (words: readonly string[]): readonly Row[] =>
  words.length === 0 ? MATRIX : MATRIX.filter(({ image }) => words.some((word) => image.includes(word)));

export type Result = {
  readonly image: string;
  readonly suite: string;
  readonly version: string;
  readonly outcome: 'passed' | 'failed';
  readonly tests: string;
};

/** As a table that a terminal shows. */
export function renderMatrix(results: readonly Result[]): string {
  const rows = [
    ['image', 'server', 'suite', 'outcome', 'tests'],
    ...results.map(({ image, version, suite, outcome, tests }) => [image, version, suite, outcome, tests]),
  ];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
