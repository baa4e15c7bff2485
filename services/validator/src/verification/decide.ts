import { parseBackupName, type ValidationResult, type Verification } from '@holdfast/contracts';

/**
 * What is known of a backup after a validation; undefined when it was known before, or a later one said more. An
 * inconclusive drill takes nothing back; a bad one takes the proof back, as nobody may rely on it any more.
 */
export function afterValidation(
  before: Verification | undefined,
  result: ValidationResult,
  at: string,
): Verification | undefined {
  const database = parseBackupName(result.name)?.database;
  if (database === undefined) return undefined; // not one of ours
  if (before?.lastValidation && before.lastValidation.at >= at) return undefined;
  const { provenAt, recoveryMs, ...kept } = before ?? {};
  const { level, verdict, filename } = result;
  const proof =
    provenAt === undefined ? {} : { provenAt, ...(recoveryMs === undefined ? {} : { recoveryMs }) };
  return {
    ...kept,
    database,
    filename,
    lastValidation: { at, level, verdict },
    ...(level === 'checksum' ? { verifiedAt: at } : {}),
    ...(verdict === 'invalid' ? {} : proof),
    ...(verdict === 'proven'
      ? { provenAt: at, lastProofAt: at, recoveryMs: result.recoveryMs ?? result.durationMs }
      : {}),
  };
}
