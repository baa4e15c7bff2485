import { expect, test } from 'vitest';
import { openTracing, wantsTraces } from './open-tracing.ts';

const url = 'http://127.0.0.1:4318';

test.each([
  [{}, false],
  [{ OTEL_SERVICE_NAME: 'x' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: url }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'TRUE' }, false],
])('%j: %s', (env, expected) => {
  expect(wantsTraces(env)).toBe(expected);
});

test('off by default, and ending it is nothing', async () => {
  const { tracer, stop } = await openTracing('history', {}, { warn: () => undefined });
  expect(tracer).toBeUndefined();
  await stop();
});
