import type { BackupRequest, ValidationLevel } from '@holdfast/contracts';

/** The level at which the validator is to look at a finished backup; undefined: not at all. */
export function validationAfter(
  request: Pick<BackupRequest, 'validate'>,
  setting: ValidationLevel | 'none',
): ValidationLevel | undefined {
  const wanted = request.validate ?? setting;
  return wanted === 'none' ? undefined : wanted;
}
