export type HealthReport = {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail?: string }>>;
};

/** Whether a service can do its work. A check that throws, or takes over 2 s, says that it cannot. */
export type Health = {
  check(name: string, look: () => Promise<void> | void): void;
  /** Not ready from here on, whatever the checks say. */
  setDraining(): void;
  report(): Promise<HealthReport>;
};

const LIMIT_MS = 2_000;

export function createHealth(): Health {
  const checks = new Map<string, () => Promise<void> | void>();
  let draining = false;
  return {
    check: (name, look) => void checks.set(name, look),
    setDraining: () => {
      draining = true;
    },
    report: async () => {
      const results = await Promise.all(
        [...checks].map(async ([name, look]) => [name, await outcomeOf(look)] as const),
      );
      const all = Object.fromEntries(
        draining
          ? [...results, ['draining', { ok: false, detail: 'the process is ending' }] as const]
          : results,
      );
      return { ready: Object.values(all).every((each) => each.ok), checks: all };
    },
  };
}

async function outcomeOf(
  look: () => Promise<void> | void,
): Promise<{ readonly ok: boolean; readonly detail?: string }> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${LIMIT_MS} ms`)), LIMIT_MS);
  try {
    await Promise.race([look(), late.promise]);
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
