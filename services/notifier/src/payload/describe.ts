import { eventSchemas, HoldfastError, isEventType, type Envelope, type EventType } from '@holdfast/contracts';
import { backupFacts } from './backup-facts.ts';
import type { Context } from './context.ts';
import type { About, Describers, Facts } from './facts.ts';
import { healthFacts } from './health-facts.ts';
import { linkTo } from './link.ts';
import type { Payload } from './payload.ts';
import { peopleFacts } from './people-facts.ts';
import { restoreFacts } from './restore-facts.ts';
import { retentionFacts } from './retention-facts.ts';
import { scheduleFacts } from './schedule-facts.ts';
import { validationFacts } from './validation-facts.ts';

const describers: Describers<EventType> = {
  ...backupFacts,
  ...restoreFacts,
  ...validationFacts,
  ...retentionFacts,
  ...scheduleFacts,
  ...healthFacts,
  ...peopleFacts,
};

/** An event as facts to tell. Undefined: a type of another release. Throws invalid_request for data that does not fit its type. */
export function describe(event: Envelope, context: Context): Payload | undefined {
  const { type, database } = event;
  if (!isEventType(type)) return undefined;
  const about: About = { name: database ?? 'the system', database, subject: event.subject, context };
  const facts = factsOf(type, event, about);
  return {
    severity: 'info',
    resolves: false,
    ...facts,
    details: [...(facts.details ?? [])],
    about: type,
    at: event.time,
    database,
    ...(isOfARun(type) ? { run: event.subject } : {}),
    link: linkTo(context.consoleUrl, isOfARun(type) ? event.subject : undefined),
  };
}

function factsOf(type: EventType, event: Envelope, about: About): Facts {
  const checked = eventSchemas[type].safeParse(event.data);
  if (!checked.success)
    throw new HoldfastError('invalid_request', `The data of event ${event.id} is no ${type}.`, {
      cause: checked.error,
    });
  const describer = describers[type] as (data: unknown, about: About) => Facts; // the schema of the type was just applied
  return describer(checked.data, about);
}

const isOfARun = (type: EventType): boolean =>
  /^(backup\.(?!pinned|unpinned|discovered|missing|upload_received)|restore|validation|retention|schedule\.fired)/.test(
    type,
  );
