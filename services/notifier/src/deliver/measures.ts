import { declaredCounter, declaredGauge, declaredHistogram } from '@holdfast/service-frame';
import type { Metrics } from '@holdfast/service-kit';
import type { Sender } from './sender.ts';
import type { StoredDelivery } from './stored-delivery.ts';

/** `failed` counts attempts that are tried again; `dead` what was given up. */
export function openMeasures(
  metrics: Metrics,
  senders: () => readonly { readonly channel: string; readonly sender: Sender }[],
): { readonly told: (record: StoredDelivery, outcome: 'sent' | 'failed' | 'dead') => void } {
  const total = declaredCounter(metrics, 'holdfast_notifications_total');
  const duration = declaredHistogram(metrics, 'holdfast_notification_duration_seconds');
  declaredGauge(metrics, 'holdfast_notifications_pending', (gauge) => {
    for (const { channel, sender } of senders()) gauge.set({ channel }, sender.pending());
  });
  return {
    told: ({ channel, createdAt, sentAt }, outcome) => {
      total.inc({ channel, outcome });
      if (sentAt !== undefined)
        duration.observe({ channel }, Math.max(0, Date.parse(sentAt) - Date.parse(createdAt)) / 1_000);
    },
  };
}
