import type { ConsumerInfo, StreamInfo } from 'nats';
import type { Backlog } from './bus.ts';
import { callApi } from './jetstream-api.ts';
import type { Link } from './link.ts';

/** Needs the right to list consumers, which few have. */
export async function readBacklog(
  link: Link,
  eventsStream: string,
  deadLettersStream: string,
): Promise<Backlog> {
  const letters = await callApi<StreamInfo>(link, `STREAM.INFO.${deadLettersStream}`, undefined);
  const found: ConsumerInfo[] = [];
  for (;;) {
    const page = await callApi<{ consumers?: ConsumerInfo[]; total: number }>(
      link,
      `CONSUMER.LIST.${eventsStream}`,
      { offset: found.length },
    );
    found.push(...(page.consumers ?? []));
    if (!page.consumers?.length || found.length >= page.total) break;
  }
  return {
    deadLetters: letters.state.messages,
    // Those without a name that lasts are readers, and nobody waits for them.
    consumers: found.flatMap(({ config: { durable_name: durable }, num_pending: pending }) =>
      durable === undefined ? [] : [{ durable, pending }],
    ),
  };
}
