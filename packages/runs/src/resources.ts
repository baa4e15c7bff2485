import type { Resources } from '@holdfast/contracts';
import { freemem, hostname, totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 100;
const NS_PER_MS = 1e6;
/** So many looks, 10 s apart, are a minute. */
const LOOKS = 6;

/** What is left of the memory that a process may use: of its container's limit where it has one. Pure. */
export function memoryOf(sizes: {
  readonly rssBytes: number;
  readonly limitBytes: number;
  readonly machineBytes: number;
  readonly machineFreeBytes: number;
}): Pick<Resources, 'rssBytes' | 'memoryBytes' | 'freeMemoryBytes'> {
  const { rssBytes, limitBytes, machineBytes, machineFreeBytes } = sizes;
  // Without a limit the kernel says 0, or more than there is.
  if (limitBytes <= 0 || limitBytes >= machineBytes)
    return { rssBytes, memoryBytes: machineBytes, freeMemoryBytes: machineFreeBytes };
  // What the container uses beside it is the page cache, which gives way.
  return { rssBytes, memoryBytes: limitBytes, freeMemoryBytes: Math.max(0, limitBytes - rssBytes) };
}

/** Looks at this process each time it is asked, which is to be every 10 s. */
export function watchResources(): { look(): Resources; stop(): void } {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let lags: readonly number[] = [];
  return {
    look: () => {
      const lagMs = Math.max(0, delays.percentile(99) / NS_PER_MS - RESOLUTION_MS);
      delays.reset();
      lags = [Math.round(lagMs), ...lags].slice(0, LOOKS);
      return {
        process: `${hostname()}-${process.pid}`,
        ...memoryOf({
          rssBytes: process.memoryUsage.rss(),
          limitBytes: process.constrainedMemory(),
          machineBytes: totalmem(),
          machineFreeBytes: freemem(),
        }),
        loopLagMs: lags.length < LOOKS ? 0 : Math.min(...lags),
      };
    },
    stop: () => delays.disable(),
  };
}
