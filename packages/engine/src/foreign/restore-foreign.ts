import { failureOf, HoldfastError, type ForeignBackup, type RestoreResult } from '@holdfast/contracts';
import { readContentsOf, withClient, type Target } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import type { RestoreContent } from '../restore/content.ts';
import type { RestoreMode, RestoreOptions } from '../restore/restore-backup.ts';
import { toolsFor } from '../tools.ts';
import { checkForeign } from './check-foreign.ts';
import { countContent, type CountedContent } from './count-content.ts';
import { fillForeign } from './fill-foreign.ts';
import { openAccount, type Account } from './open-account.ts';
import { kindOf, readForeign, type ForeignKind } from './read-foreign.ts';

/**
 * Brings back a file that we did not make: read to its end first, restored in one transaction up to the first error, by an
 * account without special rights unless the file is trusted. Nothing says what it must come to, so nothing is compared.
 */
export async function restoreForeign(
  context: EngineContext,
  options: RestoreOptions,
  file: ForeignBackup,
  mode: RestoreMode,
): Promise<RestoreResult> {
  const startedAt = performance.now();
  const { request } = options;
  const kind = await kindOf(context, file);
  assertPossible(file, kind, request);
  const isWhole = options.validateFirst ? (await checkForeign(context, file)).isKnownWhole : undefined;
  const content = contentOfForeign(context, options, file, kind);
  const warnings = [notCompared(file, isWhole)];
  let restored: Awaited<ReturnType<RestoreMode>>;
  try {
    restored = await mode(context, options, content);
  } finally {
    warnings.push(...(await content.close()));
  }
  const { safetyBackup, ...rest } = restored;
  return {
    filename: file.filename,
    mode: request.mode,
    durationMs: Math.round(performance.now() - startedAt),
    ...content.counted(),
    ...rest,
    ...(safetyBackup === undefined ? {} : { safetyBackup }),
    compared: false,
    warnings: [...warnings, ...rest.warnings],
  };
}

function assertPossible(
  { filename }: ForeignBackup,
  { kind }: ForeignKind,
  { mode, selection }: RestoreOptions['request'],
): void {
  if (kind === 'plain' && mode === 'in-place') {
    throw new HoldfastError(
      'preflight_failed',
      `${filename} is plain SQL: what it would drop and what it would leave is not known before it runs, so it is not restored in place; use --mode swap, or --mode new --to NAME.`,
    );
  }
  if (kind === 'plain' && selection !== undefined) {
    throw new HoldfastError(
      'preflight_failed',
      `${filename} is plain SQL, of which no part can be taken; restore all of it with --mode new --to NAME, then take what you need.`,
    );
  }
}

const notCompared = ({ filename }: ForeignBackup, isWhole: boolean | undefined): string =>
  `${filename} has no manifest: nothing says what must be in it, so what was restored was not compared${isWhole === false ? ', and that the file is whole is not known' : ''}.`;

type ForeignContent = RestoreContent & {
  counted(): CountedContent;
  /** Answers warnings: what was restored is not undone by what could not be tidied. */
  close(): Promise<readonly string[]>;
};

function contentOfForeign(
  context: EngineContext,
  { database, run, request }: RestoreOptions,
  file: ForeignBackup,
  kind: ForeignKind,
): ForeignContent {
  let account: Account | undefined;
  let counted: CountedContent = { tablesCount: 0, rowsCount: 0 };
  const opened = (): Account => {
    if (account) return account;
    throw new Error('a file is restored before anybody asked what stands in its way');
  };
  return {
    backup: { ...file, rawBytes: file.sizeBytes },
    toolsVersion: kind.toolsVersion,
    tables: (target) => tablesIn(context, file, kind, target),
    obstacles: async (admin, live) => {
      const found = await openAccount(admin, {
        run,
        live,
        database: database.target.database,
        trustFile: request.trustFile,
      });
      if ('refused' in found) return [found.refused];
      account = found;
      return [];
    },
    fillInto: async (target, tools, { clean = false, selection } = {}) => {
      const { connect, prepare, handOver, isTrusted, connection, owner } = opened();
      const part = selection ? { selection } : {};
      try {
        if (!clean) await prepare(target);
        const account = { target: connect(target), withoutOwners: !isTrusted };
        const warnings = await fillForeign(context, file, kind, { ...account, tools, clean, ...part });
        await handOver(target);
        context.onProgress?.({ phase: 'comparing', rawBytes: file.sizeBytes, storedBytes: file.sizeBytes });
        counted = await countContent(target, context.signal);
        if (isTrusted && connection !== owner) return [...warnings, belongsTo(connection, owner)];
        return isTrusted || kind.kind === 'plain' ? warnings : [...warnings, withoutOwners(owner)];
      } catch (error) {
        throw isTrusted ? error : withAdvice(error, owner);
      }
    },
    compare: () => Promise.resolve(), // with nothing
    counted: () => counted,
    close: async () => {
      try {
        await account?.close();
        return [];
      } catch (error) {
        return [`The login of this restore could not be removed: ${failureOf(error).message}`];
      }
    },
  };
}

const belongsTo = (connection: string, owner: string): string =>
  `It was restored by "${connection}": what the file gives no owner belongs to that role, not to "${owner}", who owns the database.`;

const withoutOwners = (owner: string): string =>
  `Owners and grants in the file were left out, as it is not trusted: everything belongs to "${owner}".`;

/** A right that is missing is missing because nobody vouched for the file. */
function withAdvice(error: unknown, owner: string): unknown {
  const { code, message } = failureOf(error);
  if (code !== 'restore_failed' || !/permission denied|must be |may not|not allowed/.test(message))
    return error;
  return new HoldfastError(
    'restore_failed',
    `${message} It was restored with the rights of "${owner}" alone; if you trust the file, restore it with --trust-file.`,
    { cause: error },
  );
}

/** Of pg_dump's custom format, by its table of contents; the server knows how it quotes names. */
async function tablesIn(
  context: EngineContext,
  file: ForeignBackup,
  kind: ForeignKind,
  target: Target,
): Promise<readonly string[]> {
  const { entries } = await readContentsOf({
    tools: await toolsFor(kind.toolsVersion),
    source: readForeign(context, file),
    signal: context.signal,
    withSizes: false,
  });
  const tables = entries.filter((entry) => entry.kind === 'TABLE' || entry.kind === 'MATERIALIZED VIEW');
  return withClient(target, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', wanted.schema, wanted.name) as name from unnest($1::text[], $2::text[]) as wanted(schema, name)`,
      [tables.map(({ schema }) => schema ?? 'public'), tables.map(({ name }) => name)],
    );
    return rows.map(({ name }) => name);
  });
}
