import type { Tracer } from '@opentelemetry/api';
import type { Logger } from '../log/logger.ts';

export type Tracing = {
  /** Undefined: nobody wants to see traces. */
  readonly tracer: Tracer | undefined;
  /** Sends what is left, within a few seconds. Never throws. */
  stop(): Promise<void>;
};

const off: Tracing = { tracer: undefined, stop: () => Promise.resolve() };

/** Whether OpenTelemetry's own variables say where spans go. Pure. */
export const wantsTraces = (env: NodeJS.ProcessEnv): boolean =>
  env['OTEL_SDK_DISABLED']?.toLowerCase() !== 'true' &&
  [env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'], env['OTEL_EXPORTER_OTLP_ENDPOINT']].some(Boolean);

/** The spans of one service, for an OTLP/HTTP receiver. Without one nothing of OpenTelemetry's is loaded. */
export async function openTracing(
  service: string,
  env: NodeJS.ProcessEnv,
  log: Pick<Logger, 'warn'>,
): Promise<Tracing> {
  if (!wantsTraces(env)) return off;
  const { exportSpans } = await import('./export-spans.ts');
  return exportSpans(service, log);
}
