import type { Resources } from '@holdfast/contracts';
import type { Check, Signs } from './signs.ts';

const LITTLE_FREE = 0.05;
const NEXT_TO_NOTHING_FREE = 0.02;
const LATE_LOOP_MS = 500;

type Process = Resources & {
  /** The services in it, for a sentence. */
  readonly name: string;
};

/** Whether each process has memory and time to do its work. Those that tell nothing of it are not judged. */
export function judgeResources({ services }: Pick<Signs, 'services'>): readonly Check[] {
  const told = services.flatMap(({ service, resources }) => (resources ? [{ service, resources }] : []));
  const processes = [...Map.groupBy(told, ({ resources }) => resources.process)].flatMap(
    ([process, [first, ...others]]): Process[] => {
      if (!first) return [];
      const names = [first, ...others].map(({ service }) => service).sort();
      return [{ ...first.resources, name: `${names.join(', ')} (${process})` }];
    },
  );
  if (processes.length === 0) return [];
  return [
    ...unlessWell('services.memory', 'All have memory to spare.', processes.flatMap(judgeMemory)),
    ...unlessWell('services.event-loop', 'All answer in time.', processes.flatMap(judgeLoop)),
  ];
}

const unlessWell = (check: string, detail: string, wrong: readonly Omit<Check, 'check'>[]): Check[] =>
  wrong.length === 0 ? [{ check, outcome: 'ok', detail }] : wrong.map((each) => ({ check, ...each }));

function judgeMemory({ name, process, freeMemoryBytes, memoryBytes, rssBytes }: Process) {
  const free = freeMemoryBytes / memoryBytes;
  if (free >= LITTLE_FREE) return [];
  const outcome = free < NEXT_TO_NOTHING_FREE ? ('critical' as const) : ('warning' as const);
  const left = `${inMb(freeMemoryBytes)} of ${inMb(memoryBytes)}`;
  const detail = `Only ${left} of memory are left to ${name}, which uses ${inMb(rssBytes)}; give it more before the system ends it.`;
  return [{ subject: process, outcome, detail }];
}

function judgeLoop({ name, process, loopLagMs }: Process) {
  if (loopLagMs < LATE_LOOP_MS) return [];
  const detail = `${name} has been ${loopLagMs} ms late with everything for a minute; give it more processor time, or add a replica.`;
  return [{ subject: process, outcome: 'warning' as const, detail }];
}

const inMb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
