import { isIPv6 } from 'node:net';
import { HoldfastError } from '@holdfast/contracts';
import { leftOf, take, type Allowance, type AllowanceRule } from './allowance.ts';

/** More than one gateway sees in the time in which an allowance fills; beyond it the longest unused is forgotten. */
const MOST_KEYS = 50_000;

export interface Limit {
  /** Throws rate_limited when nothing is left. */
  take(key: string): void;
  /** Throws rate_limited when nothing is left; takes nothing. */
  check(key: string): void;
  /** Whether one was left, which is taken then. */
  tryTake(key: string): boolean;
}

/** Allowances by key, in this process: each gateway counts for itself, so N gateways allow N times as much. */
export function openLimit(rule: AllowanceRule, what: string, now: () => number = Date.now): Limit {
  const allowances = new Map<string, Allowance>();

  function takeFor(key: string): number {
    const { allowance, waitMs } = take(allowances.get(key), now(), rule);
    allowances.delete(key);
    allowances.set(key, allowance);
    const [oldest] = allowances.keys();
    if (allowances.size > MOST_KEYS && oldest !== undefined) allowances.delete(oldest);
    return waitMs;
  }

  return {
    tryTake: (key) => takeFor(key) === 0,
    take: (key) => {
      const waitMs = takeFor(key);
      if (waitMs > 0) throw new RateLimited(what, waitMs);
    },
    check: (key) => {
      const left = leftOf(allowances.get(key), now(), rule);
      if (left < 1) throw new RateLimited(what, ((1 - left) / rule.perMinute) * 60_000);
    },
  };
}

/** `retryAfterSeconds` goes into Retry-After. */
export class RateLimited extends HoldfastError {
  readonly retryAfterSeconds: number;
  constructor(what: string, waitMs: number) {
    const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
    super('rate_limited', `${what} Try again in ${seconds} s.`);
    this.retryAfterSeconds = seconds;
  }
}

/** Who has one IPv6 address has 2^64 of them. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}
