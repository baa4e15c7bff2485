/**
 * A dead letter's event goes to its handler again on `<its subject>.retry.<durable>`: the handler's filter takes it, and
 * whoever else reads that type sees whom it is for and leaves it alone.
 */
export const retrySubject = (subject: string, durable: string): string => `${subject}.retry.${durable}`;

export type Addressed = {
  /** Where the event belongs. */
  readonly subject: string;
  /** The one durable that is to handle it; undefined: all. */
  readonly retryFor: string | undefined;
};

/** Pure. `subject` is without prefix. */
export function addressOf(subject: string): Addressed {
  const match = /^(?<own>.+)\.retry\.(?<durable>[^.]+)$/.exec(subject);
  return { subject: match?.groups?.['own'] ?? subject, retryFor: match?.groups?.['durable'] };
}
