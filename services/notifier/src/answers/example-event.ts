import type { Envelope, EventData, EventType } from '@holdfast/contracts';
import { exampleData } from './examples.ts';

const RUN = '019acdd0-3f2a-7c3e-9a51-7d3f0c2b1a90';

/** An event of each type as it may come, the same each time. */
export const exampleEvent = (type: EventType, database: string): Envelope => ({
  specversion: '1.0',
  id: `example:${type}`,
  type,
  source: '/holdfast/example',
  subject: RUN,
  time: '2026-03-01T03:04:05.000Z',
  datacontenttype: 'application/json',
  ...(/^(schedule\.(?!fired)|health|audit|notification)/.test(type) ? {} : { database }),
  data: dataOf(type, database),
});

const dataOf = <T extends EventType>(type: T, database: string): EventData<T> => exampleData(database)[type];
