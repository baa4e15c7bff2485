import type { RetentionDependencies } from '../dependencies.ts';
import type { Known } from './plan-facts.ts';

export async function loadKnown(
  deps: Pick<RetentionDependencies, 'verification' | 'pins' | 'runs'>,
): Promise<Known> {
  const [verification, pins, active] = await Promise.all([
    deps.verification.entries(),
    deps.pins.entries(),
    deps.runs.active(),
  ]);
  return {
    verification: new Map(verification.map(({ key, value }) => [key, value])),
    pins: new Map(pins.map(({ key, value }) => [key, value])),
    active,
  };
}
