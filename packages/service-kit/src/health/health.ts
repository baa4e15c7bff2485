import { redactText } from '../log/redact.ts';

export type CheckReport = { readonly ok: boolean; readonly detail?: string };
export type HealthReport = { readonly ready: boolean; readonly checks: Record<string, CheckReport> };

export interface Health {
  /** `fn` throws, with a sentence, while the thing cannot be used. Asked anew for each report. */
  check(name: string, fn: () => Promise<void> | void): void;
  /** From now on never ready: nothing new is to be sent here. */
  setDraining(): void;
  report(): Promise<HealthReport>;
}

/** Whoever probes gives up after a few seconds; a check that hangs must not look like a dead process. */
const CHECK_LIMIT_MS = 3_000;

export function createHealth(options: { readonly checkLimitMs?: number } = {}): Health {
  const limitMs = options.checkLimitMs ?? CHECK_LIMIT_MS;
  const checks = new Map<string, () => Promise<void> | void>();
  let draining = false;
  return {
    check: (name, fn) => void checks.set(name, fn),
    setDraining: () => {
      draining = true;
    },
    report: async () => {
      const reports = await Promise.all(
        [...checks].map(async ([name, fn]) => [name, await runCheck(fn, limitMs)] as const),
      );
      const all: Record<string, CheckReport> = Object.fromEntries(reports);
      if (draining) all['draining'] = { ok: false, detail: 'the process is stopping' };
      return { ready: Object.values(all).every(({ ok }) => ok), checks: all };
    },
  };
}

async function runCheck(fn: () => Promise<void> | void, limitMs: number): Promise<CheckReport> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  try {
    await Promise.race([(async () => fn())(), late.promise]);
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: redactText(error instanceof Error ? error.message : String(error)) };
  } finally {
    clearTimeout(timer);
  }
}
