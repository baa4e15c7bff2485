import { context, diag, DiagLogLevel, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from '../log/logger.ts';
import type { Tracing } from './open-tracing.ts';
import { seldom } from './seldom.ts';

const STOP_MS = 3_000;
/** Every few seconds an export fails while the receiver is away. */
const TELL_AGAIN_MS = 600_000;

/** Where to, how and with what else is OpenTelemetry's own to read: `OTEL_EXPORTER_OTLP_*`, `OTEL_RESOURCE_ATTRIBUTES`. */
export function exportSpans(service: string, log: Pick<Logger, 'warn'>): Tracing {
  shareContext(log);
  // Each service has its own, also where several are one process.
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': `holdfast-${service}` }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  return {
    tracer: provider.getTracer('holdfast'),
    stop: async () => {
      try {
        await Promise.race([provider.shutdown(), late()]);
      } catch (error) {
        log.warn({ err: error }, 'the last spans could not be sent');
      }
    },
  };
}

let isShared = false;

/** Once in a process: how a context goes along with work, and over the bus. */
function shareContext(log: Pick<Logger, 'warn'>): void {
  if (isShared) return;
  isShared = true;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const tell = seldom(TELL_AGAIN_MS, (tracing) =>
    log.warn({ tracing }, 'spans are lost: OpenTelemetry has a problem'),
  );
  const tellBriefly = (told: string): void => tell(inBrief(told));
  const silent = (): void => undefined;
  diag.setLogger(
    { error: tellBriefly, warn: tellBriefly, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** A failed export is told as JSON of its error, stack and all. */
function inBrief(told: string): string {
  return /"message":"(?<message>[^"]*)"/.exec(told)?.groups?.['message'] ?? told;
}

const late = (): Promise<never> =>
  new Promise((_, fail) => {
    setTimeout(() => fail(new Error(`not sent within ${STOP_MS} ms`)), STOP_MS).unref();
  });
