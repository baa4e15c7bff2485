import { HoldfastError, type BackupRequest, type ValidationLevel } from '@holdfast/contracts';

/** The level at which the validator is to look at a finished backup; undefined: not at all. */
export function validationAfter(
  request: Pick<BackupRequest, 'validate'>,
  setting: ValidationLevel | 'none',
): ValidationLevel | undefined {
  const wanted = request.validate ?? setting;
  return wanted === 'none' ? undefined : wanted;
}

/** Throws invalid_request, naming what is known, for a destination that nobody configured. */
export function assertDestinations(
  wanted: readonly string[] | undefined,
  places: readonly { readonly id: string }[],
): void {
  const known = places.map(({ id }) => id);
  const unknown = wanted?.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new HoldfastError(
    'invalid_request',
    `No destination "${unknown}" is configured (known: ${known.join(', ')}); take one of these, or add it to BACKUP_DESTINATIONS of all workers.`,
  );
}
