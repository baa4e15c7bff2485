import { decryptAge } from '@holdfast/archive';
import { HoldfastError, type Manifest } from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import { checkedBytes } from '../repository/read-dump.ts';

/** The server's roles as the backup keeps them: SQL of pg_dumpall, checked against the manifest. */
export async function readGlobals(context: EngineContext, manifest: Manifest): Promise<string> {
  const { globals, backup } = manifest;
  if (!globals)
    throw new HoldfastError(
      'preflight_failed',
      `${backup.filename} has no roles beside it, as its account could not read them; create the roles yourself.`,
    );
  const { repository, signal } = context;
  const stored = checkedBytes(repository, { data: globals }, signal);
  const plain = backup.encrypted ? decryptAge(stored, await repository.keys.identities()) : stored;
  const parts: Uint8Array[] = [];
  for await (const part of plain) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
