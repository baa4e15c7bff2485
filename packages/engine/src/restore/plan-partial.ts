import { HoldfastError, type BackupSummary, type RestoreRequest, type Selection } from '@holdfast/contracts';

/**
 * What of a backup is restored, when it is not everything; undefined otherwise. Throws preflight_failed where a part would
 * take the place of a whole database.
 */
export function planPartial(
  { backup }: { readonly backup: Pick<BackupSummary, 'filename' | 'selection'> },
  request: Pick<RestoreRequest, 'mode' | 'selection'>,
): Selection | undefined {
  const selection = request.selection ?? backup.selection;
  if (!selection) return undefined;
  if (request.mode === 'swap') {
    const what = request.selection
      ? 'what was selected'
      : `${backup.filename}, which holds only a part of a database,`;
    throw new HoldfastError(
      'preflight_failed',
      `Mode swap would replace the whole database by ${what}; use --mode new --to NAME, or --mode in-place.`,
    );
  }
  return selection;
}
