import { HoldfastError } from '@holdfast/contracts';
import { ROOT_CONTEXT, SpanKind, type Span, type Tracer } from '@opentelemetry/api';
import { expect, test, vi } from 'vitest';
import { inSpan } from './in-span.ts';

const span = { setStatus: vi.fn<Span['setStatus']>(), end: vi.fn<Span['end']>() };
const tracer = {
  startActiveSpan: (_name: string, _options: object, _parent: object, work: (span: object) => unknown) =>
    work(span),
} as unknown as Tracer; // as much of one as is used
const options = { kind: SpanKind.CLIENT, attributes: {}, parent: ROOT_CONTEXT };

test('a failure is told by its code, never in its words, and thrown on; the span ends', async () => {
  const failure = new HoldfastError('server_unreachable', 'postgres://app:hunter2@db does not answer');
  await expect(inSpan(tracer, 'x', options, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(span.setStatus.mock.calls).toEqual([[{ code: 2, message: 'server_unreachable' }]]);
  expect(span.end).toHaveBeenCalledTimes(1);
});
