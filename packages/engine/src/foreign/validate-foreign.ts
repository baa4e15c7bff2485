import {
  failureOf,
  HoldfastError,
  type Finding,
  type ForeignBackup,
  type ValidationLevel,
} from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import type { DrillNeeds } from '../validate/drill-needs.ts';
import type { DrillServer } from '../validate/drill.ts';
import { isBad } from '../validate/judge-bad.ts';
import { prepareDrillDatabase } from '../validate/prepare-drill-database.ts';
import { checkForeign, type ForeignFacts } from './check-foreign.ts';
import { countContent } from './count-content.ts';
import { fillForeign } from './fill-foreign.ts';
import { readForeign } from './read-foreign.ts';

export type LookOptions = {
  readonly level: ValidationLevel;
  readonly openDrillServer: (needs: DrillNeeds) => Promise<DrillServer>;
};

/**
 * Looks at a file that we did not make. Each level has a finding that says what could not be compared, so that it is never
 * more than `valid`. A bad file is a finding; throws when it could not look, insufficient_privilege where a drill's account
 * cannot restore it.
 */
export async function lookAtForeign(
  context: EngineContext,
  file: ForeignBackup,
  { level, openDrillServer }: LookOptions,
): Promise<readonly Finding[]> {
  switch (level) {
    case 'checksum':
      return orFailed('checksum', async () => [
        ok('checksum', await readToTheEnd(context, file)),
        reference(file),
      ]);
    case 'structure':
      return orFailed('structure', async () => structureOf(await checkForeign(context, file)));
    case 'restore':
      return orFailed('restore', async () => {
        const facts = await checkForeign(context, file);
        const server = await openDrillServer(needsOf(facts));
        try {
          return [ok('restore', await drill(context, file, facts, server)), ...endOf(facts), notProven];
        } finally {
          await server.close();
        }
      });
    default:
      return level satisfies never;
  }
}

const ok = (check: string, detail: string): Finding => ({ check, outcome: 'ok', detail });
const skipped = (check: string, detail: string): Finding => ({ check, outcome: 'skipped', detail });

const reference = ({ sha256 }: ForeignBackup): Finding =>
  sha256 === undefined
    ? skipped('sha256', 'it has no manifest: nothing says what the file was when it was made')
    : ok('sha256', 'as when it was uploaded');

const notProven = skipped(
  'fingerprint',
  'it has no manifest: nothing says what must be in it, so it cannot be proven',
);

const structureOf = (facts: ForeignFacts): readonly Finding[] => [
  ok('structure', facts.detail),
  ...endOf(facts),
];

const endOf = ({ isKnownWhole }: ForeignFacts): readonly Finding[] =>
  isKnownWhole ? [] : [skipped('end', 'pg_dump did not make it: nothing says whether the file is whole')];

/** What databases are mostly made with; the file says nothing of it. */
const needsOf = ({ serverVersion, roles, extensions }: ForeignFacts): DrillNeeds => ({
  serverVersion,
  source: { encoding: 'UTF8', collate: 'C', ctype: 'C' },
  roles,
  extensions,
});

async function orFailed(check: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const { code, message } = failureOf(error);
    if (!isBad(code)) throw error;
    return [{ check, outcome: 'failed', detail: `${code}: ${message}` }];
  }
}

async function readToTheEnd(context: EngineContext, file: ForeignBackup): Promise<string> {
  const { sizeBytes } = file;
  let rawBytes = 0;
  const unpacked = readForeign(context, file, (storedBytes) =>
    context.onProgress?.({
      phase: 'validating',
      rawBytes: storedBytes,
      storedBytes,
      estimatedBytes: sizeBytes,
    }),
  );
  for await (const bytes of unpacked) rawBytes += bytes.length;
  return `${sizeBytes} bytes read to their end${file.compression === 'none' ? '' : `, ${rawBytes} unpacked`}`;
}

async function drill(
  context: EngineContext,
  file: ForeignBackup,
  facts: ForeignFacts,
  server: DrillServer,
): Promise<string> {
  const startedAt = performance.now();
  const database = await prepareDrillDatabase(server.admin, needsOf(facts));
  try {
    await fillForeign(context, file, facts, {
      target: database.owner,
      tools: server.tools,
      withoutOwners: true,
      skipExtensionComments: true,
    });
    const { tablesCount, rowsCount } = await countContent(database.owner, context.signal);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    return `restored into a scratch server in ${seconds} s (${server.isolation}): ${tablesCount} tables, ${rowsCount} rows`;
  } catch (error) {
    throw wantsMore(error);
  } finally {
    await database.drop();
  }
}

/** A right that a drill's owner lacks says nothing against the file: who trusts it restores it with that right. */
function wantsMore(error: unknown): unknown {
  const { code, message } = failureOf(error);
  if (code !== 'restore_failed' || !/permission denied|must be (?:owner|superuser|member|able)/.test(message))
    return error;
  return new HoldfastError(
    'insufficient_privilege',
    `The drill gives no special rights, and the file wants more: ${message} Look at it with level structure; if you trust it, try it with restore --mode new --trust-file.`,
    { cause: error },
  );
}
