import { HoldfastError, type DatabaseId } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import { chooseDatabase } from './decide.ts';

/** Throws database_unknown, database_ambiguous, no_worker, bus_unavailable. */
export async function pickDatabase(
  deps: GatewayDependencies,
  named: DatabaseId | undefined,
  role: 'backup' | 'restore',
): Promise<DatabaseId> {
  const chosen = chooseDatabase(named, await deps.presence(), role);
  if (chosen.problem !== undefined) throw new HoldfastError(chosen.problem, chosen.message);
  return chosen.database;
}
