import { createHash } from 'node:crypto';
import type { AuditEntry, DeadLetterView, TokenView } from '@holdfast/contracts';

export const token = (fields: Partial<TokenView> = {}): TokenView => ({
  id: '0123456789abcdef',
  name: 'grafana',
  grants: [{ role: 'viewer', permissions: [], databases: ['*'] }],
  createdAt: '2026-11-01T12:00:00Z',
  createdBy: 'anna',
  lastUsedAt: '2026-11-24T15:00:00Z',
  expiresAt: '2027-01-01T00:00:00Z',
  ...fields,
});

export const auditEntry = (number: number, fields: Partial<AuditEntry['record']> = {}): AuditEntry => ({
  number,
  at: '2026-11-24T15:59:00Z',
  record: {
    action: 'createRestore',
    who: 'anna',
    credential: 'token:0123456789abcdef',
    address: '10.0.0.7',
    outcome: 'done',
    status: 202,
    requestId: 'req-7f3a',
    target: 'toeic_20261124T155700Z_full_1a2b3c4d.dump.zst',
    ...fields,
  },
  previousHash: '0'.repeat(64),
  hash: 'ab'.repeat(32),
});

export const deadLetter = (fields: Partial<DeadLetterView> = {}): DeadLetterView => ({
  sequence: 12,
  durable: 'notifier',
  type: 'backup.failed',
  subject: '019ab12c-0000-7000-8000-00001a2b3c4d',
  reason: {
    code: 'delivery_refused',
    message: 'https://hooks.example.com answered 410 Gone; take the channel out.',
  },
  deliveryCount: 10,
  at: '2026-11-24T14:00:00Z',
  ...fields,
});

/** An exported chain of so many records, as the gateway writes it; each line may be changed on its way. */
export function exportedChain(
  records: readonly string[],
  change: (line: Record<string, unknown>, index: number) => Record<string, unknown> | undefined = (line) =>
    line,
): { readonly text: string; readonly head: string } {
  let hash = '0'.repeat(64);
  const lines = records.map((record, index) => {
    const previousHash = hash;
    hash = createHash('sha256').update(`${previousHash}\n${record}`).digest('hex');
    return { number: index + 1, at: '2026-11-24T15:59:00Z', record, previousHash, hash };
  });
  const all = [...lines, { verified: true, entries: lines.length, head: hash }];
  const told = all.flatMap((line, index) => change({ ...line }, index) ?? []);
  return { text: told.map((line) => `${JSON.stringify(line)}\n`).join(''), head: hash };
}
