import type { Envelope } from '@holdfast/contracts';
import type { Payload } from '../payload/payload.ts';

/** A notice that no event of the stream says, in the form of one: so a webhook gets a CloudEvent always. */
export const noticeEvent = (id: string, payload: Payload): Envelope => ({
  specversion: '1.0',
  id,
  type: `notice.${payload.about}`,
  source: '/holdfast/notifier',
  subject: payload.problem ?? payload.schedule ?? payload.about,
  time: payload.at,
  datacontenttype: 'application/json',
  ...(payload.database === undefined ? {} : { database: payload.database }),
  data: {
    title: payload.title,
    severity: payload.severity,
    ...(payload.schedule === undefined ? {} : { schedule: payload.schedule }),
    details: payload.details,
  },
});
