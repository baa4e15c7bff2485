/** Times as they stand in records, for decisions that know milliseconds alone. */
export const isoOf = (atMs: number): string => new Date(atMs).toISOString();
export const msOf = (timestamp: string): number => Date.parse(timestamp);
