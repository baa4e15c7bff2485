import { createHash, randomUUID } from 'node:crypto';
import type { RunId } from '@holdfast/contracts';

/** A fresh run id: UUID version 7, so ids sort by the time they were asked for. */
export function newRunId(now: Date = new Date()): RunId {
  const time = now.getTime().toString(16).padStart(12, '0');
  // Its random digits, variant included, are those of version 4, which Node makes many of at a time.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** The same name always gives the same id (UUID version 8), so that any number of askers make one run. */
export function derivedRunId(name: string): RunId {
  return asUuid(createHash('sha256').update(name).digest().subarray(0, 16));
}

/** The validation that follows a backup. */
export const validationRunId = (backupRun: RunId): RunId => derivedRunId(`${backupRun}:validate`);

/** The safety backup that a restore takes first. */
export const safetyRunId = (restoreRun: RunId): RunId => derivedRunId(`${restoreRun}:safety`);

function asUuid(bytes: Buffer): RunId {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
