/** A bucket of permits that fills again with time: bursts up to its size, the rate in the long run. */
export type Allowance = { readonly left: number; readonly at: number };

export type AllowanceRule = { readonly size: number; readonly perMinute: number };

export type Taken = {
  readonly allowance: Allowance;
  /** 0: it was taken. Else it was not, and could be then. */
  readonly waitMs: number;
};

const MINUTE_MS = 60_000;

/** Takes one permit. Pure. */
export function take(before: Allowance | undefined, now: number, rule: AllowanceRule): Taken {
  const left = leftOf(before, now, rule);
  if (left >= 1) return { allowance: { left: left - 1, at: now }, waitMs: 0 };
  const waitMs = Math.ceil(((1 - left) / rule.perMinute) * MINUTE_MS);
  return { allowance: { left, at: now }, waitMs };
}

/** As if nothing had been taken for a while. Pure. */
export function leftOf(
  before: Allowance | undefined,
  now: number,
  { size, perMinute }: AllowanceRule,
): number {
  if (!before) return size;
  return Math.min(size, before.left + (Math.max(0, now - before.at) / MINUTE_MS) * perMinute);
}
