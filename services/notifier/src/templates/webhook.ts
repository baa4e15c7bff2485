import type { Envelope } from '@holdfast/contracts';
import type { Payload } from '../payload/payload.ts';
import { renderText } from './text.ts';

/** The CloudEvent itself, with what people read beside its data. */
export const renderWebhook = (payload: Payload, event: Envelope) => ({
  ...event,
  notification: {
    title: payload.title,
    text: renderText(payload),
    severity: payload.severity,
    outcome: payload.outcome,
    about: payload.about,
    ...(payload.problem === undefined ? {} : { problem: payload.problem, resolves: payload.resolves }),
    ...(payload.advice === undefined ? {} : { advice: payload.advice }),
    ...(payload.link === undefined ? {} : { link: payload.link }),
  },
});
