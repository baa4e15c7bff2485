import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client';

/** A service's own registry: several services may share one process. */
export type Metrics = {
  readonly registry: Registry;
  counter<T extends string>(options: Omit<CounterConfiguration<T>, 'registers'>): Counter<T>;
  gauge<T extends string>(options: Omit<GaugeConfiguration<T>, 'registers'>): Gauge<T>;
  histogram<T extends string>(options: Omit<HistogramConfiguration<T>, 'registers'>): Histogram<T>;
};

let processIsObserved = false;

export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  // Memory and event loop belong to the process: observed once, by whoever is first.
  if (!processIsObserved) collectDefaultMetrics({ register: registry });
  processIsObserved = true;
  return {
    registry,
    counter: (options) => new Counter({ ...options, registers: [registry] }),
    gauge: (options) => new Gauge({ ...options, registers: [registry] }),
    histogram: (options) => new Histogram({ ...options, registers: [registry] }),
  };
}
