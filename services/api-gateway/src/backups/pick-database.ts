import { HoldfastError, type DatabaseId } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import { chooseDatabase } from './decide.ts';

/** A database that a worker had is taken to be there for so long; whatever else is asked for is looked up at once. */
const LATELY_MS = 10_000;

/** Throws database_unknown, database_ambiguous, no_worker, bus_unavailable. */
export async function pickDatabase(
  deps: GatewayDependencies,
  named: DatabaseId | undefined,
  role: 'backup' | 'restore',
): Promise<DatabaseId> {
  if (named !== undefined) {
    const lately = await deps.presence(LATELY_MS);
    const isKnown = lately.some(({ databases }) => databases.some(({ id }) => id === named));
    if (isKnown && chooseDatabase(named, lately, role).problem === undefined) return named;
  }
  const chosen = chooseDatabase(named, await deps.presence(), role);
  if (chosen.problem !== undefined) throw new HoldfastError(chosen.problem, chosen.message);
  return chosen.database;
}
