import { createHash } from 'node:crypto';
import type { Client } from '@holdfast/client';
import { vi } from 'vitest';
import { backup } from './builders.ts';

export const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));
export const sha256 = createHash('sha256').update(content).digest('hex');
/** A full backup whose file is `content`. */
export const given = backup({ sha256, sizeBytes: content.length });

/** Serves `bytes` by Range; the nth connection breaks after `cuts[n]` bytes. */
export function serving(bytes: Buffer, cuts: readonly number[] = [], etag = sha256) {
  const starts: number[] = [];
  const downloadBackup = vi.fn<Client['downloadBackup']>(async (_input, { headers = {} } = {}) => {
    const isSame = headers['if-range'] === `"${etag}"`;
    const start = isSame ? Number(/bytes=(\d+)-/.exec(headers['range'] ?? '')?.[1] ?? 0) : 0;
    const cut = cuts[starts.length];
    starts.push(start);
    const rest = bytes.subarray(start);
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new Uint8Array(rest.subarray(0, cut ?? rest.length)));
        await Promise.resolve();
        if (cut === undefined) controller.close();
      },
      pull: (controller) => controller.error(new TypeError('terminated')),
    });
    return new Response(body, { status: isSame ? 206 : 200 });
  });
  return { starts, methods: { downloadBackup, getBackup: async () => given } satisfies Partial<Client> };
}
