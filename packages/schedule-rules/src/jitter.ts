import type { Schedule } from '@holdfast/contracts';

/**
 * How much later than its due time an occurrence is begun for one database: 0 to below `jitterMs`, in whole seconds where
 * there are any, the same for ever and everywhere, evenly spread over ids.
 */
export function jitterOf(schedule: Pick<Schedule, 'id' | 'jitterMs'>, database: string): number {
  if (schedule.jitterMs <= 0) return 0;
  const share = hash(`${schedule.id}:${database}`) / 2 ** 32;
  const jitterMs = Math.floor(share * schedule.jitterMs);
  return schedule.jitterMs >= 60_000 ? Math.floor(jitterMs / 1_000) * 1_000 : jitterMs;
}

/** FNV-1a, and a last mixing, as its high bits alone are poor for short texts. Never to be changed: it moves everybody's nights. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
