import type { Manifest } from '@holdfast/contracts';
import {
  destinationsOf,
  repairObject,
  verifyObjects,
  type ObjectResult,
  type Repository,
} from '@holdfast/engine';
import { derivedRunId, makeEvent } from '@holdfast/runs';
import { SOURCE, type ValidatorDependencies } from '../dependencies.ts';
import { requestValidation } from '../validation/request-validation.ts';
import { changeVerification } from './change-verification.ts';

export type Verified = {
  readonly manifest: Manifest;
  /** What else is in the repository: some of it may build on this one. */
  readonly all: readonly Manifest[];
};

/** Reads one backup's objects, repairs what is bad from a copy, and tells of what cannot be. */
export async function verifyBackup(
  deps: ValidatorDependencies,
  repository: Repository,
  { manifest, all }: Verified,
  signal: AbortSignal,
  now: () => Date,
): Promise<void> {
  const { backup } = manifest;
  const results = await verifyObjects(repository, manifest, signal, (bytes) =>
    deps.measures.verifiedBytes.inc(bytes),
  );
  if (!results) return; // deleted meanwhile
  const lost: ObjectResult[] = [];
  for (const result of results) {
    if (result.outcome === 'good') continue;
    deps.log.warn({ backup: backup.name, object: result.object.key, outcome: result.outcome }, result.detail);
    const from = await repairObject(repository, manifest, result.object, signal, deps.onProblem);
    if (from === undefined) lost.push(result);
    else await tellRepaired(deps, manifest, from);
  }
  // What was told of the bad ones is repeated by nobody: first told, then remembered.
  await tellLost(deps, manifest, lost, all, now());
  const verifiedAt = now().toISOString();
  await changeVerification(deps.verifications, backup.name, (before) => ({
    ...before,
    database: backup.database,
    filename: backup.filename,
    verifiedAt,
  }));
}

async function tellRepaired(deps: ValidatorDependencies, { backup }: Manifest, from: string): Promise<void> {
  const { name, filename, database, run } = backup;
  const data = { name, filename, from, to: destinationsOf(deps.settings)[0].id, by: 'validator' };
  await deps.bus.publish(makeEvent('backup.repaired', { run, source: SOURCE, database, data }));
}

/** Everything that builds on it is broken with it. A validation of each makes that known wherever verdicts are read. */
async function tellLost(
  deps: ValidatorDependencies,
  { backup, data }: Manifest,
  lost: readonly ObjectResult[],
  all: readonly Manifest[],
  now: Date,
): Promise<void> {
  const bad = lost.find(({ object }) => object.key === data.key);
  if (!bad) return; // roles or chunk ids beside it: logged, and the backup restores without them
  const { name, filename, database } = backup;
  const children = all.filter(({ ancestors }) => ancestors.some(({ run }) => run === backup.run));
  if (bad.outcome === 'missing') {
    const run = derivedRunId(name);
    await deps.bus.publish(
      makeEvent('backup.missing', {
        id: `${run}:missing`,
        run,
        source: SOURCE,
        database,
        data: { name, filename, breaks: children.map((child) => child.backup.name) },
      }),
    );
  }
  const day = now.toISOString().slice(0, 10);
  for (const each of [backup, ...children.map((child) => child.backup)])
    await requestValidation(deps, {
      run: derivedRunId(`verify:${each.run}:${name}:${day}`),
      database: each.database,
      filename: each.filename,
      level: 'checksum',
    });
}
