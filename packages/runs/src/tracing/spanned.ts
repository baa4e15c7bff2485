import type { Tracer } from '@opentelemetry/api';

/** Does the work, and tells of it as a span of the trace that `traceparent` stands for. */
export type Spanned = <T>(
  name: string,
  traceparent: string | undefined,
  work: () => Promise<T>,
) => Promise<T>;

/** For calls to the outside that no message of the bus stands for. Without a tracer the work is just done. */
export async function openSpans(tracer: Tracer | undefined): Promise<Spanned> {
  if (!tracer) return (_name, _traceparent, work) => work();
  const [{ SpanKind }, { contextOf, inSpan }] = await Promise.all([
    import('@opentelemetry/api'),
    import('./in-span.ts'),
  ]);
  return (name, traceparent, work) =>
    inSpan(tracer, name, { kind: SpanKind.CLIENT, attributes: {}, parent: contextOf(traceparent) }, work);
}
