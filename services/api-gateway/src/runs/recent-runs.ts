import type { Bus } from '@holdfast/bus';
import { runRecordSchema, type RunRecord } from '@holdfast/contracts';
import { briefly } from '../status/briefly.ts';

/** Every run that the bucket still has (90 days), newest first. Those who ask at once share one reading. */
export type RecentRuns = () => Promise<readonly RunRecord[]>;

export async function openRecentRuns(bus: Bus): Promise<RecentRuns> {
  const bucket = await bus.bucket('runs', runRecordSchema);
  return briefly(0, async () =>
    (await bucket.entries())
      .map((entry) => entry.value)
      .sort((a, b) => b.requestedAt.localeCompare(a.requestedAt) || b.id.localeCompare(a.id)),
  );
}
