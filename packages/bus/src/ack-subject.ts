/** What JetStream writes into the reply subject of a delivered message. */
export type DeliveredAs = {
  readonly stream: string;
  readonly consumer: string;
  readonly deliveryCount: number;
  readonly streamSequence: number;
  readonly consumerSequence: number;
  readonly timestampMs: number;
  /** Messages that match and are still to come. */
  readonly pending: number;
};

/**
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.<consumer sequence>.<time ns>.<pending>`; newer servers put a
 * domain and an account hash before the stream, and a random token last.
 */
export function parseAckSubject(subject: string): DeliveredAs | undefined {
  const tokens = subject.split('.');
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9 || tokens.length === 10)
    return undefined;
  const [stream = '', consumer = '', delivered, sequence, consumerSequence, timeNs, pending] = tokens.slice(
    tokens.length === 9 ? 2 : 4,
  );
  const numbers = [delivered, sequence, consumerSequence, pending].map(Number);
  if (numbers.some((number) => !Number.isSafeInteger(number)) || !/^\d+$/.test(timeNs ?? ''))
    return undefined;
  const [deliveryCount = 0, streamSequence = 0, atConsumer = 0, stillPending = 0] = numbers;
  return {
    stream,
    consumer,
    deliveryCount,
    streamSequence,
    consumerSequence: atConsumer,
    timestampMs: Number(BigInt(timeNs ?? '0') / 1_000_000n),
    pending: stillPending,
  };
}
