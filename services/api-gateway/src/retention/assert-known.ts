import { HoldfastError } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';

/** Throws database_unknown when neither a worker nor a backup has that database. Undefined: all of them. */
export async function assertKnown(deps: GatewayDependencies, database: string | undefined): Promise<void> {
  if (database === undefined) return;
  const presences = await deps.presence();
  if (presences.some(({ databases }) => databases.some(({ id }) => id === database))) return;
  if ((await deps.repository.list({ database })).length > 0) return;
  const message = `Neither a worker nor a backup knows the database "${database}"; "backup-admin status" lists those there are.`;
  throw new HoldfastError('database_unknown', message);
}
