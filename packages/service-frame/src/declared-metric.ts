import { metricDeclarations, type MetricLabels, type MetricName } from '@holdfast/contracts';
import type { Counter, Gauge, Histogram, Metrics } from '@holdfast/service-kit';

type NameOf<K> = {
  [N in MetricName]: (typeof metricDeclarations)[N]['kind'] extends K ? N : never;
}[MetricName];

/** A counter as `metricDeclarations` declares it. Once for each `metrics`: a name can be made once. */
export function declaredCounter<N extends NameOf<'counter'>>(
  metrics: Metrics,
  name: N,
): Counter<MetricLabels<N>> {
  const { help, labels } = metricDeclarations[name];
  return metrics.counter<MetricLabels<N>>(name, help, labels);
}

/** A gauge; `collect` runs at each scrape, before the value is read. */
export function declaredGauge<N extends NameOf<'gauge'>>(
  metrics: Metrics,
  name: N,
  collect?: (gauge: Gauge<MetricLabels<N>>) => void | Promise<void>,
): Gauge<MetricLabels<N>> {
  const { help, labels } = metricDeclarations[name];
  return metrics.gauge<MetricLabels<N>>(name, help, labels, collect);
}

export function declaredHistogram<N extends NameOf<'histogram'>>(
  metrics: Metrics,
  name: N,
): Histogram<MetricLabels<N>> {
  const { help, labels, buckets } = metricDeclarations[name];
  return metrics.histogram<MetricLabels<N>>(name, help, labels, buckets);
}
