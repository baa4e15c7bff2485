export { openFrame, type Frame } from './open-frame.ts';
export { declaredCounter, declaredGauge, declaredHistogram } from './declared-metric.ts';
