/** First minor of each major whose psql knows \restrict; later majors all do. */
const FIRST_MINORS: Readonly<Record<number, number>> = { 13: 22, 14: 19, 15: 14, 16: 10, 17: 6 };

/** Whether a psql of that version (`15.18`, `18beta2`) knows \restrict. */
export function canRestrict(version: string): boolean {
  const match = /^(\d+)(?:\.(\d+))?/.exec(version);
  const major = Number(match?.[1] ?? 0);
  const first = FIRST_MINORS[major];
  return first === undefined ? major >= 18 : Number(match?.[2] ?? 0) >= first;
}
