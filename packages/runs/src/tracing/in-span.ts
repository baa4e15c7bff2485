import { failureOf } from '@holdfast/contracts';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanKind,
  type Tracer,
} from '@opentelemetry/api';

export type SpanOptions = {
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly parent: Context;
};

/** Does the work within a span, which ends with it; what is thrown marks it as failed, unless `isFailure` says no. */
export function inSpan<T>(
  tracer: Tracer,
  name: string,
  { kind, attributes, parent }: SpanOptions,
  work: (span: Span) => Promise<T>,
  isFailure: (error: unknown) => boolean = () => true,
): Promise<T> {
  return tracer.startActiveSpan(name, { kind, attributes }, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      if (isFailure(error)) {
        // The code alone: a message may hold what is no receiver's business, and the log has it, redacted.
        span.setStatus({ code: SpanStatusCode.ERROR, message: failureOf(error).code });
      }
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The context that a `traceparent` stands for; where there is none, the beginning of a trace. */
export const contextOf = (traceparent: string | undefined): Context =>
  propagation.extract(ROOT_CONTEXT, traceparent === undefined ? {} : { traceparent });

/** Of the work that goes on here; undefined outside of any span. */
export const activeContext = (): Context | undefined => {
  const active = context.active();
  return trace.getSpan(active) && active;
};

/** As it goes over the bus; undefined outside of any span. */
export function activeTraceparent(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}
