import type { ForeignBackup } from '@holdfast/contracts';
import { checkDumpStructure, checkPlainSql, readContentsOf } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { toolsFor } from '../tools.ts';
import { kindOf, readForeign, type ForeignKind } from './read-foreign.ts';

/** What a file that we did not make turned out to be, and what it asks of a server. */
export type ForeignFacts = ForeignKind & {
  /** In a sentence, what was looked at. */
  readonly detail: string;
  /** Whether something in it says where it ends. */
  readonly isKnownWhole: boolean;
  /** `server_version_num` of the major that it came from; undefined when it does not say. */
  readonly serverVersion: number | undefined;
  readonly roles: readonly string[];
  readonly extensions: readonly string[];
};

/** Unpacks and parses it to its end. Throws invalid_backup, archive_truncated, archive_corrupt. */
export async function checkForeign(context: EngineContext, file: ForeignBackup): Promise<ForeignFacts> {
  const kind = await kindOf(context, file);
  return kind.kind === 'plain' ? checkPlain(context, file, kind) : checkCustom(context, file, kind);
}

async function checkPlain(
  context: EngineContext,
  file: ForeignBackup,
  kind: ForeignKind,
): Promise<ForeignFacts> {
  const { signal } = context;
  const facts = await checkPlainSql({ source: watched(context, file), signal });
  const { madeByPgDump, encoding, sizeBytes, serverMajor, roles, extensions } = facts;
  const end = madeByPgDump ? "to pg_dump's closing line" : 'to its end';
  return {
    ...kind,
    detail: `plain SQL read ${end}: ${sizeBytes} bytes${encoding === undefined ? '' : `, ${encoding}`}, no commands of psql`,
    isKnownWhole: madeByPgDump,
    serverVersion: serverMajor === undefined ? undefined : serverMajor * 10_000,
    roles,
    extensions,
  };
}

async function checkCustom(
  context: EngineContext,
  file: ForeignBackup,
  kind: ForeignKind,
): Promise<ForeignFacts> {
  const { signal } = context;
  const tools = await toolsFor(kind.toolsVersion);
  const { tocEntries } = await checkDumpStructure({ tools, source: watched(context, file), signal });
  const { entries } = await readContentsOf({
    tools,
    source: readForeign(context, file),
    signal,
    withSizes: false,
  });
  return {
    ...kind,
    detail: `unpacked to its end and parsed by pg_restore: ${tocEntries} entries`,
    isKnownWhole: true,
    serverVersion: undefined,
    roles: [], // owners and grants are left out where they could be missing
    extensions: entries.filter((entry) => entry.kind === 'EXTENSION').map(({ name }) => name),
  };
}

const watched = (context: EngineContext, file: ForeignBackup): AsyncIterable<Uint8Array> =>
  readForeign(context, file, (storedBytes) =>
    context.onProgress?.({
      phase: 'validating',
      rawBytes: storedBytes,
      storedBytes,
      estimatedBytes: file.sizeBytes,
    }),
  );
