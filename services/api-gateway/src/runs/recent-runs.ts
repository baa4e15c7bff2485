import type { Bus } from '@holdfast/bus';
import { runRecordSchema, type RunRecord } from '@holdfast/contracts';
import { briefly } from '../status/briefly.ts';

/** Status and lists are asked often; one reading of the bucket serves them all for so long. */
const FRESH_MS = 1_000;

/** Every run that the bucket still has (90 days), newest first; at most one second old. */
export type RecentRuns = () => Promise<readonly RunRecord[]>;

export async function openRecentRuns(bus: Bus): Promise<RecentRuns> {
  const bucket = await bus.bucket('runs', runRecordSchema);
  return briefly(FRESH_MS, async () =>
    (await bucket.entries())
      .map((entry) => entry.value)
      .sort((a, b) => b.requestedAt.localeCompare(a.requestedAt) || b.id.localeCompare(a.id)),
  );
}
