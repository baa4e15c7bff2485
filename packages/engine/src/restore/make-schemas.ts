import type { Manifest } from '@holdfast/contracts';
import { quoteIdentifier, readContentsOf, withClient, type Target, type Tools } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { readDump } from '../repository/read-dump.ts';

/** A dump of single tables has no schemas in it: makes those that its tables lie in where `target` lacks them. */
export async function makeSchemas(
  context: EngineContext,
  manifest: Manifest,
  target: Target,
  tools: Tools,
): Promise<void> {
  const { signal, repository } = context;
  const source = readDump(repository, manifest, { signal });
  const { entries } = await readContentsOf({ tools, source, signal, withSizes: false });
  const names = new Set(
    entries.flatMap(({ schema }) => (schema === undefined || schema === '-' ? [] : [schema])),
  );
  await withClient(target, async (client) => {
    for (const name of names) await client.query(`create schema if not exists ${quoteIdentifier(name)}`);
  });
}
