import { failureOf, HoldfastError, type Failure, type Manifest } from '@holdfast/contracts';
import {
  describeKeys,
  openDestination,
  openRepositoryOf,
  parseRecipients,
  planDestinations,
  planFamily,
  recipientOf,
  rewrapBackup,
  type KeyDescription,
  type Repository,
} from '@holdfast/engine';
import type { GlobalOptions } from '../global-options.ts';
import { readLocalSettings } from './local-settings.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Options = Pick<GlobalOptions, 'dir'>;

/** What the settings come to. Nothing is made and nothing secret is answered. */
export async function readKeys(options: Options, env: Env): Promise<KeyDescription> {
  const settings = readLocalSettings(options, env);
  const [primary] = planDestinations(settings);
  return describeKeys(settings, await openDestination(primary, settings));
}

export type RewrapPlan = {
  readonly repository: Repository;
  /** Encrypted ones that belong together, or all; the oldest first. */
  readonly backups: readonly Manifest[];
  readonly recipients: readonly string[];
  /** Whether this process reads them afterwards. */
  readonly readsAfterwards: boolean;
};

/** What is to be done. Throws backup_not_found, key_invalid, key_missing, and invalid_request for one that is not encrypted. */
export async function planRewrap(
  options: Options,
  env: Env,
  wanted: { readonly file: string | undefined; readonly recipients: readonly string[] },
): Promise<RewrapPlan> {
  const recipients = parseRecipients(wanted.recipients.join(' '));
  if (recipients.length === 0)
    throw new HoldfastError('key_missing', 'There is no recipient to encrypt for; give at least one.');
  const repository = await openRepositoryOf(readLocalSettings(options, env));
  const entries = await repository.list();
  const present = entries.flatMap(({ manifest }) => manifest ?? []);
  const named = wanted.file === undefined ? undefined : await repository.find(wanted.file);
  if (named && !named.backup.encrypted)
    throw new HoldfastError(
      'invalid_request',
      `${named.backup.filename} is not encrypted; make a new backup that is.`,
    );
  const chosen = named ? planFamily(named, present) : present.toReversed();
  const backups = chosen.filter(({ backup }) => backup.encrypted);
  const readers = await Promise.all((await repository.keys.identities()).map(recipientOf));
  if (readers.length === 0 && backups.length > 0)
    throw new HoldfastError(
      'key_missing',
      'Other recipients can be given only by who reads the backups; set BACKUP_AGE_IDENTITY_FILE or BACKUP_ENCRYPTION_KEY.',
    );
  return {
    repository,
    backups,
    recipients,
    readsAfterwards: recipients.some((each) => readers.includes(each)),
  };
}

export type RewrapOutcome = {
  readonly changed: readonly string[];
  /** They had these recipients already. */
  readonly unchanged: readonly string[];
  readonly failed: readonly { readonly filename: string; readonly error: Failure }[];
  readonly warnings: readonly string[];
};

/** One after the other; one that fails keeps its recipients and stops none of the others. An abort stops it between two. */
export async function performRewrap(
  { repository, backups, recipients }: RewrapPlan,
  signal: AbortSignal,
  onBackup: (manifest: Manifest, number: number) => void,
): Promise<RewrapOutcome> {
  const changed: string[] = [];
  const unchanged: string[] = [];
  const failed: { readonly filename: string; readonly error: Failure }[] = [];
  const warnings: string[] = [];
  for (const [index, manifest] of backups.entries()) {
    onBackup(manifest, index + 1);
    try {
      const done = await rewrapBackup(
        { repository, signal },
        { reference: manifest.backup.name, recipients },
      );
      (done.isChanged ? changed : unchanged).push(done.manifest.backup.filename);
      warnings.push(...done.warnings);
    } catch (error) {
      signal.throwIfAborted();
      failed.push({ filename: manifest.backup.filename, error: failureOf(error) });
    }
  }
  return { changed, unchanged, failed, warnings };
}
