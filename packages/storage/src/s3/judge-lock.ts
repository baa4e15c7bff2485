/** What forbids to remove an object until a time, or until somebody lifts it. */
export type Lock = {
  /** GOVERNANCE or COMPLIANCE. */
  readonly mode: string | undefined;
  /** RFC 3339 in UTC, to the millisecond: such times compare as text does. */
  readonly retainUntil: string | undefined;
  readonly isHeld: boolean;
};

/** Why an object may not be removed now and what to do, as the end of a sentence; undefined when it may. */
export function judgeLock({ mode, retainUntil, isHeld }: Lock, now: string): string | undefined {
  if (isHeld) return 'it has a legal hold; have that lifted first';
  if (retainUntil === undefined || retainUntil <= now) return undefined;
  return `it is locked until ${retainUntil}${mode ? ` (${mode})` : ''}; remove it after that`;
}
