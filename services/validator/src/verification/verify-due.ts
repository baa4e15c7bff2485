import { manifestKeyOf, objectsOf, throttled, type Repository } from '@holdfast/engine';
import { failureOf, parseBackupName, type Manifest, type Verification } from '@holdfast/contracts';
import type { ValidatorDependencies } from '../dependencies.ts';
import { planVerification, type StoredBackup } from './plan-verification.ts';
import { verifyBackup } from './verify-backup.ts';

const DAY_MS = 86_400_000;

/**
 * Reads what is due, one backup after another, and remembers each: so whoever is next goes on where this one was stopped.
 * Answers the names that were read.
 */
export async function verifyDue(
  deps: ValidatorDependencies,
  signal: AbortSignal,
  now: () => Date = () => new Date(),
): Promise<readonly string[]> {
  const { BACKUP_VERIFY_CYCLE: cycleMs, BACKUP_VERIFY_MAX_RATE: maxRate } = deps.settings;
  const manifests = await manifestsIn(deps.repository);
  const known = new Map((await deps.verifications.entries()).map(({ key, value }) => [key, value]));
  const plan = planVerification(
    manifests.map((manifest) => storedOf(manifest, known.get(manifest.backup.name))),
    cycleMs,
    now().getTime(),
  );
  deps.measures.oldestAge.set((plan.oldestAgeMs ?? 0) / 1_000);
  if (plan.neededBytesPerSecond > maxRate)
    deps.log.warn(
      { neededBytesPerSecond: plan.neededBytesPerSecond, maxBytesPerSecond: maxRate },
      'the repository is too large to be verified within BACKUP_VERIFY_CYCLE at BACKUP_VERIFY_MAX_RATE',
    );
  await forgetGone(deps, manifests, known, now());
  const repository = throttled(deps.repository, maxRate);
  const byName = new Map(manifests.map((manifest) => [manifest.backup.name, manifest]));
  const read: string[] = [];
  for (const name of plan.due) {
    signal.throwIfAborted();
    const manifest = byName.get(name);
    if (!manifest) continue;
    await verifyBackup(deps, repository, { manifest, all: manifests }, signal, now);
    read.push(name);
  }
  return read;
}

const storedOf = (manifest: Manifest, known: Verification | undefined): StoredBackup => ({
  name: manifest.backup.name,
  createdAtMs: Date.parse(manifest.backup.createdAt),
  verifiedAtMs: known?.verifiedAt === undefined ? undefined : Date.parse(known.verifiedAt),
  sizeBytes: objectsOf(manifest).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
});

/** Those too whose data is gone: that is what is looked for. A manifest that cannot be read names nothing to read. */
async function manifestsIn(repository: Repository): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const entry of await repository.list()) {
    if (entry.manifest) manifests.push(entry.manifest);
    else if (entry.problem === 'data_missing') {
      const manifest = await readIfThere(repository, entry.key);
      if (manifest) manifests.push(manifest);
    }
  }
  return manifests;
}

async function readIfThere(repository: Repository, key: string): Promise<Manifest | undefined> {
  const parsed = parseBackupName(key.slice(key.lastIndexOf('/') + 1));
  if (!parsed) return undefined;
  try {
    return await repository.readManifest(manifestKeyOf(parsed));
  } catch (error) {
    const { code } = failureOf(error);
    if (code === 'object_missing' || code === 'manifest_invalid') return undefined; // deleted since it was listed
    throw error;
  }
}

/** A validation may end just after its backup was deleted; what it found out is then nobody's to remove but ours. */
async function forgetGone(
  deps: ValidatorDependencies,
  manifests: readonly Manifest[],
  known: ReadonlyMap<string, Verification>,
  now: Date,
): Promise<void> {
  const there = new Set(manifests.map(({ backup }) => backup.name));
  for (const [name, { verifiedAt = '', lastValidation }] of known) {
    const last = Math.max(...[verifiedAt, lastValidation?.at ?? ''].map((at) => Date.parse(at) || 0));
    if (there.has(name) || now.getTime() - last < DAY_MS) continue;
    if (await isGone(deps.repository, name)) await deps.verifications.remove(name);
  }
}

async function isGone(repository: Repository, name: string): Promise<boolean> {
  const parsed = parseBackupName(name);
  return !parsed || (await repository.storage.head(manifestKeyOf(parsed))) === undefined;
}
