import { sizeInWords } from './size-in-words.ts';

const MARGIN_BYTES = 64 * 1024 * 1024;

/**
 * Scratch space that a parallel dump may take: everything lies there when whoever reads is slower than pg_dump, or when
 * one table is most of the database. The size on disk stands for that of the dump: it counts indexes, which are not
 * dumped, but stored values may be compressed, which dumped ones are not. One job is a dump without scratch: 0.
 */
export const scratchNeed = (facts: { readonly databaseBytes: number; readonly jobs: number }): number =>
  facts.jobs <= 1 ? 0 : facts.databaseBytes + MARGIN_BYTES;

export type PlannedJobs = { readonly jobs: number; readonly warning?: string };

/** The jobs that are wanted where there is room for them, else one and a sentence that says why. */
export function planJobs(facts: {
  readonly wanted: number;
  readonly needBytes: number;
  readonly freeBytes: number;
}): PlannedJobs {
  const jobs = Math.max(1, Math.trunc(facts.wanted));
  if (jobs === 1 || facts.freeBytes >= facts.needBytes) return { jobs };
  return {
    jobs: 1,
    warning: `${jobs} jobs may need ${sizeInWords(facts.needBytes)} of scratch space and ${sizeInWords(facts.freeBytes)} are free, so one job does it, without scratch; make room there, or name another scratch folder.`,
  };
}
