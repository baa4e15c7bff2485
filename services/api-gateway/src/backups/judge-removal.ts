import type { Failure, Pin } from '@holdfast/contracts';

export type Removable = {
  readonly name: string;
  readonly filename: string;
  readonly database: string;
  /** Names of what it builds on. */
  readonly ancestors: readonly string[];
  readonly verdict?: string | undefined;
  /** Present when it holds a part of its database alone: that replaces no whole one. */
  readonly selection?: unknown;
};

/**
 * Why a backup must not be deleted by hand, as far as is seen from here; retention, which does it, looks again. `all` are the
 * backups of its database, itself among them. Pure.
 */
export function whyNotRemoved(
  wanted: Removable,
  {
    all,
    pin,
    isForced,
  }: { readonly all: readonly Removable[]; readonly pin: Pin | undefined; readonly isForced: boolean },
): Failure | undefined {
  const needing = all.filter(({ ancestors }) => ancestors.includes(wanted.name)).map(({ name }) => name);
  if (needing.length > 0) {
    const message = `${wanted.filename} is needed: ${needing.join(', ')} ${needing.length === 1 ? 'builds' : 'build'} on it. Delete ${needing.length === 1 ? 'that' : 'those'} first, the newest first.`;
    return { code: 'backup_needed', message };
  }
  if (pin) {
    const why = pin.reason === '' ? '' : ` (${pin.reason})`;
    const until = pin.until === undefined ? '' : ` until ${pin.until}`;
    const message = `${wanted.filename} is pinned by ${pin.by}${until}${why}; "backup-admin unpin --file ${wanted.name}" first.`;
    return { code: 'backup_pinned', message };
  }
  if (isForced || !isGood(wanted)) return undefined;
  if (all.some((other) => other.name !== wanted.name && isGood(other))) return undefined;
  const message = `${wanted.filename} is the last good backup of ${wanted.database}; make another first, or say that you mean it with force.`;
  return { code: 'last_good_backup', message };
}

const isGood = ({ verdict, selection }: Removable): boolean =>
  verdict !== 'invalid' && selection === undefined;
