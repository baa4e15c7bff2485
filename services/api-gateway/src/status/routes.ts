import { failureOf, HoldfastError } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';
import { gatherDatabases } from './gather-status.ts';
import type { ReadStatus } from './open-status.ts';
import { viewDestinations } from './view-destinations.ts';

/** A year of events is replayed in minutes; whoever takes longer has not died, but is not waited for. */
const REBUILD_LIMIT_MS = 10 * 60_000;

export const statusHandlers = (
  deps: GatewayDependencies,
  readStatus: ReadStatus,
): Pick<Handlers, 'getStatus' | 'listDestinations' | 'listDatabases' | 'rebuildHistory'> => ({
  getStatus: async () => ok((await readStatus()).status),
  listDestinations: async () => {
    const { status, storage } = await readStatus();
    return ok({ destinations: [...viewDestinations(status, storage)] });
  },
  listDatabases: async () => ok({ databases: [...(await gatherDatabases(deps))] }),
  rebuildHistory: async (_request, { caller }) => ok({ counts: await rebuild(deps, caller.name) }),
});

async function rebuild(deps: GatewayDependencies, by: string): Promise<Record<string, number>> {
  try {
    const answer = await deps.bus.request('control.history.rebuild', { by }, REBUILD_LIMIT_MS);
    const fields = typeof answer === 'object' && answer !== null ? Object.entries(answer) : [];
    return Object.fromEntries(
      fields.filter((field): field is [string, number] => typeof field[1] === 'number'),
    );
  } catch (cause) {
    if (failureOf(cause).code !== 'bus_unavailable' || !deps.bus.isConnected()) throw cause;
    const message = 'No history service answers; start one, then ask again.';
    throw new HoldfastError('history_unavailable', message, { cause });
  }
}
