import type { ComparisonFinding, Fingerprint } from './fingerprint.ts';

/** How many names a sentence bears; the count says the rest. */
const MAX_NAMED = 10;

/**
 * Compares what was backed up (`expected`) with what was restored. Roles are not compared: a drill restores without
 * them by design, and a restore that lacks one fails by itself.
 */
export function compareFingerprints(
  expected: Fingerprint,
  actual: Fingerprint,
): readonly ComparisonFinding[] {
  return [
    compareRows(expected, actual),
    ...estimatesOf(expected),
    ...(expected.content ? compareContents(expected, actual) : []),
    compareSchemas(expected, actual),
    compareExtensions(expected, actual),
    compareLargeObjects(expected, actual),
  ];
}

const major = ({ serverVersion }: Fingerprint): number => Math.floor(serverVersion / 10_000);

/** What was not counted cannot be compared: a backup with such a table is never wholly proven. */
function estimatesOf({ estimated = {} }: Fingerprint): readonly ComparisonFinding[] {
  const tables = Object.entries(estimated).map(([name, rows]) => `${name} (about ${rows} rows)`);
  return tables.length === 0
    ? []
    : [finding('estimates', 'skipped', `too large to be counted, so not compared: ${someOf(tables)}`)];
}

/** Tells what counts cannot: rows that were changed. */
function compareContents(expected: Fingerprint, actual: Fingerprint): readonly ComparisonFinding[] {
  const { content } = expected;
  if (!content) return [];
  if (!actual.content) return [finding('content', 'skipped', 'it was not measured')];
  if (major(expected) !== major(actual) || content.probe !== actual.content.probe) {
    const reason =
      'the servers are of different majors or machines, which may write the same row differently';
    return [finding('content', 'skipped', reason)];
  }
  const { tables } = actual.content;
  const names = Object.keys(content.tables).filter((name) => Object.hasOwn(tables, name));
  const changed = names.filter((name) => tables[name] !== content.tables[name]);
  return [
    changed.length === 0
      ? finding('content', 'ok', `every row of ${names.length} tables is the same`)
      : finding('content', 'failed', `the rows of ${changed.length} tables were changed: ${someOf(changed)}`),
  ];
}

function compareRows(expected: Fingerprint, actual: Fingerprint): ComparisonFinding {
  const refilled = new Set(actual.materializedViews);
  const differing: string[] = [];
  const notes: string[] = [];
  for (const [table, rows] of Object.entries(expected.rows)) {
    const found = Object.hasOwn(actual.rows, table) ? actual.rows[table] : undefined;
    if (found === undefined) differing.push(`${table} is missing (${rows} rows)`);
    else if (found === rows) continue;
    else if (refilled.has(table)) notes.push(`${table} was filled anew: ${found} rows, ${rows} before`);
    else differing.push(`${table} has ${found} rows instead of ${rows}`);
  }
  const { estimated = {} } = expected;
  const there = { ...actual.rows, ...actual.estimated };
  for (const [table, rows] of Object.entries(estimated)) {
    if (!Object.hasOwn(there, table)) differing.push(`${table} is missing (about ${rows} rows)`);
  }
  for (const table of Object.keys(actual.rows)) {
    if (!Object.hasOwn(expected.rows, table) && !Object.hasOwn(estimated, table))
      differing.push(`${table} is not in the backup`);
  }
  if (differing.length > 0) {
    const tables = Object.keys(expected.rows).length + Object.keys(estimated).length;
    const count = `${differing.length} of ${tables} tables differ`;
    return finding('rows', 'failed', `${count}: ${someOf(differing)}`);
  }
  const counts = Object.values(expected.rows);
  const total = counts.reduce((sum, rows) => sum + rows, 0);
  const equal = `${counts.length} tables with ${total} rows are the same`;
  return finding('rows', 'ok', notes.length === 0 ? equal : `${equal}; ${someOf(notes)}`);
}

function compareSchemas(expected: Fingerprint, actual: Fingerprint): ComparisonFinding {
  if (expected.toolsMajor !== actual.toolsMajor) {
    return finding(
      'schema',
      'skipped',
      `pg_dump ${expected.toolsMajor} and ${actual.toolsMajor} word the same schema differently`,
    );
  }
  const majors = [major(expected), major(actual)];
  if (expected.schemaSha256 === actual.schemaSha256)
    return finding('schema', 'ok', 'the definitions are the same');
  return majors[0] === majors[1]
    ? finding('schema', 'failed', 'the definitions differ; compare them with pg_dump --schema-only')
    : finding(
        'schema',
        'skipped',
        `servers of ${majors[0]} and ${majors[1]} word the same schema differently`,
      );
}

function compareExtensions(expected: Fingerprint, actual: Fingerprint): ComparisonFinding {
  const names = Object.keys(expected.extensions);
  const missing = names.filter((name) => !Object.hasOwn(actual.extensions, name));
  if (missing.length > 0) return finding('extensions', 'failed', `missing: ${someOf(missing)}`);
  const otherVersions = names
    .filter((name) => actual.extensions[name] !== expected.extensions[name])
    .map((name) => `${name} is ${actual.extensions[name]}, was ${expected.extensions[name]}`);
  const detail = `${names.length} extensions are there`;
  return finding(
    'extensions',
    'ok',
    otherVersions.length === 0 ? detail : `${detail}; ${someOf(otherVersions)}`,
  );
}

function compareLargeObjects(expected: Fingerprint, actual: Fingerprint): ComparisonFinding {
  return expected.largeObjects === actual.largeObjects
    ? finding('large objects', 'ok', `${expected.largeObjects} large objects are there`)
    : finding('large objects', 'failed', `${actual.largeObjects} instead of ${expected.largeObjects}`);
}

const finding = (
  check: string,
  outcome: ComparisonFinding['outcome'],
  detail: string,
): ComparisonFinding => ({ check, outcome, detail });

function someOf(texts: readonly string[]): string {
  const shown = texts.slice(0, MAX_NAMED).join(', ');
  return texts.length <= MAX_NAMED ? shown : `${shown}, and ${texts.length - MAX_NAMED} more`;
}
