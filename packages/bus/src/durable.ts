import { AckPolicy, DeliverPolicy, ReplayPolicy, type ConsumerConfig, type ConsumerInfo } from 'nats';
import { HoldfastError } from '@holdfast/contracts';
import { callApi, isJetStreamError } from './jetstream-api.ts';
import type { Link } from './link.ts';

const NS_PER_MS = 1_000_000;
/** Unacknowledged messages of all replicas together; more than their handlers could ever hold. */
const MOST_PENDING = 1_000;

export type Durable = {
  readonly stream: string;
  readonly name: string;
  /** With prefix; undefined: everything in the stream. */
  readonly filterSubject: string | undefined;
  readonly ordered: boolean;
  readonly ackWaitMs: number;
};

/**
 * Makes sure that the durable consumer exists as described. A new one begins at `fromSequence` [the stream's start];
 * where one exists, it stays where it is.
 */
export async function ensureDurable(link: Link, durable: Durable, fromSequence?: number): Promise<void> {
  const present = await describe(link, durable);
  if (present && present.filter_subject !== durable.filterSubject) {
    throw new HoldfastError(
      'internal',
      `Consumer ${durable.name} exists for ${present.filter_subject ?? 'everything'}; a durable keeps its filter, so take a new name.`,
    );
  }
  const start = present
    ? { deliver_policy: present.deliver_policy, ...startOf(present) }
    : fromSequence === undefined
      ? { deliver_policy: DeliverPolicy.All }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: fromSequence };
  const config = {
    name: durable.name,
    durable_name: durable.name,
    ...start,
    ...(durable.filterSubject === undefined ? {} : { filter_subject: durable.filterSubject }),
    ack_policy: AckPolicy.Explicit,
    ack_wait: durable.ackWaitMs * NS_PER_MS,
    // The broker gives up nothing by itself: the consume loop counts, and stores a dead letter first.
    max_deliver: -1,
    max_ack_pending: durable.ordered ? 1 : MOST_PENDING,
    replay_policy: ReplayPolicy.Instant,
  };
  if (present?.ack_wait === config.ack_wait && present.max_ack_pending === config.max_ack_pending) return;
  try {
    const verb = ['CONSUMER.CREATE', durable.stream, durable.name, ...filterToken(durable)].join('.');
    await callApi(link, verb, { stream_name: durable.stream, config });
  } catch (error) {
    // Another replica was first, and began elsewhere.
    const wasRaced =
      isJetStreamError(error, 'consumerExists') || isJetStreamError(error, 'deliverPolicyFixed');
    if (!wasRaced || present || !(await describe(link, durable))) throw error;
  }
}

async function describe(link: Link, durable: Durable): Promise<ConsumerConfig | undefined> {
  try {
    const verb = `CONSUMER.INFO.${durable.stream}.${durable.name}`;
    return (await callApi<ConsumerInfo>(link, verb, undefined)).config;
  } catch (error) {
    if (isJetStreamError(error, 'consumerNotFound')) return undefined;
    throw error;
  }
}

const startOf = (config: ConsumerConfig) =>
  config.opt_start_seq === undefined ? {} : { opt_start_seq: config.opt_start_seq };

const filterToken = ({ filterSubject }: Durable): readonly string[] =>
  filterSubject === undefined ? [] : [filterSubject];
