import { failureOf, HoldfastError, isForeign, type Pin } from '@holdfast/contracts';
import { lookUp } from '@holdfast/engine';
import { derivedRunId, makeEvent } from '@holdfast/runs';
import { SOURCE, type GatewayDependencies } from '../dependencies.ts';

type Pinned = { name: string; pin?: Pin };

/** Pins it, or changes what its pin says. The event's id follows from the change. */
export async function pinBackup(
  deps: GatewayDependencies,
  filename: string,
  wanted: { readonly reason: string; readonly until?: string | undefined; readonly by: string },
): Promise<Pinned> {
  const { name, database } = await mustBeOurs(deps, filename);
  const { reason, until, by } = wanted;
  if (until !== undefined && Date.parse(until) <= deps.now().getTime()) {
    throw new HoldfastError(
      'invalid_request',
      `${until} is over; a pin holds until a time to come, or for ever.`,
    );
  }
  const pin: Pin = { reason, by, at: deps.now().toISOString(), ...(until === undefined ? {} : { until }) };
  for (;;) {
    const present = await deps.pins.get(name);
    const stored = present
      ? await deps.pins.update(name, pin, present.revision)
      : await deps.pins.create(name, pin);
    if (!stored) continue;
    const id = `backup.pinned:${name}:${stored.revision}`;
    const data = { name, pin, by };
    await deps.bus.publish(
      makeEvent('backup.pinned', { id, run: derivedRunId(name), source: SOURCE, database, data }),
    );
    return { name, pin };
  }
}

/**
 * Idempotent: what is not pinned stays so, and nobody is told. Told before it is done, so that whoever asks again after a
 * failure tells it; until it is done the pin in the bucket protects the backup all the same.
 */
export async function unpinBackup(deps: GatewayDependencies, filename: string, by: string): Promise<Pinned> {
  const { name, database } = await mustBeOurs(deps, filename);
  for (;;) {
    const present = await deps.pins.get(name);
    if (!present) return { name };
    const id = `backup.unpinned:${name}:${present.revision}`;
    const data = { name, by };
    await deps.bus.publish(
      makeEvent('backup.unpinned', { id, run: derivedRunId(name), source: SOURCE, database, data }),
    );
    // A pin that was changed meanwhile is taken away too: what was told would be wrong else.
    if (await removedAt(deps, name, present.revision)) return { name };
  }
}

async function removedAt(deps: GatewayDependencies, name: string, revision: number): Promise<boolean> {
  try {
    await deps.pins.remove(name, revision);
    return true;
  } catch (error) {
    if (failureOf(error).code !== 'version_conflict') throw error;
    return false;
  }
}

async function mustBeOurs(
  deps: GatewayDependencies,
  filename: string,
): Promise<{ readonly name: string; readonly database: string }> {
  const found = await lookUp(deps.repository, filename);
  if (!isForeign(found)) return found.backup;
  const message = `${found.filename} has no manifest; retention leaves such files alone, so there is nothing to pin.`;
  throw new HoldfastError('invalid_request', message);
}
