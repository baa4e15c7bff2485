import { z } from 'zod';
import { busAccess, busUsers } from './bus-access.ts';
import { envelopeSchema, eventSchemas, eventTypes, progressSchema, type EventType } from './events.ts';
import { createSchemaCollector, type JsonSchema } from './http/json-schema.ts';
import { EVENTS_STREAM } from './topology.ts';

type SchemaOf = ReturnType<typeof createSchemaCollector>['schemaOf'];
type Described = Readonly<Record<string, unknown>>;

const DATABASE = {
  description: 'A database id, or `_` where there is none.',
  examples: ['app', '_'],
};

/** The bus as an AsyncAPI 3.0 document, seen from Holdfast: what it sends, and the one thing that others may send it. */
export function asyncapiDocument(release: string): Described {
  const { schemaOf, components } = createSchemaCollector();
  const channels = Object.fromEntries(eventTypes.map((type) => [type, channelOf(type)]));
  const messages = Object.fromEntries(eventTypes.map((type) => [type, messageOf(type, schemaOf)]));
  const progress = {
    name: 'progress',
    contentType: 'application/json',
    payload: schemaOf(progressSchema, 'output'),
  };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Holdfast',
      version: release,
      description: `Events on NATS JetStream, stream \`${EVENTS_STREAM}\`: CloudEvents 1.0 in JSON's structured mode. EVENTS_PREFIX, where it is set, goes before every address. An unknown field or type is to be ignored.`,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    servers: {
      nats: {
        host: '{host}',
        protocol: 'nats',
        variables: { host: { default: '127.0.0.1:4222', description: 'As in NATS_URL.' } },
        security: [{ $ref: '#/components/securitySchemes/nkey' }],
      },
    },
    channels: {
      ...channels,
      progress: {
        address: 'progress.{run}',
        description: 'On the way; core NATS, never stored.',
        parameters: { run: { description: "The run's id." } },
        messages: { progress: { $ref: '#/components/messages/progress' } },
      },
    },
    operations: {
      ...Object.fromEntries(eventTypes.map((type) => [`send.${type}`, sends(type)])),
      ...Object.fromEntries(
        busAccess.integrator.publishes.map((type) => [`receive.${type}`, receives(type)]),
      ),
      'send.progress': {
        action: 'send',
        channel: { $ref: '#/channels/progress' },
        messages: [{ $ref: '#/channels/progress/messages/progress' }],
      },
    },
    components: {
      messages: { ...messages, progress },
      schemas: components(),
      securitySchemes: {
        nkey: {
          type: 'asymmetricEncryption',
          description: 'A user of NATS: an nkey seed or a .creds file, one for each service.',
        },
      },
    },
  };
}

function channelOf(type: EventType): Described {
  return {
    address: `${type}.{database}`,
    parameters: { database: DATABASE },
    messages: { event: { $ref: `#/components/messages/${type}` } },
  };
}

function messageOf(type: EventType, schemaOf: SchemaOf): Described {
  const publishers = busUsers.filter((user) => busAccess[user].publishes.includes(type));
  const envelope = z.looseObject({
    ...envelopeSchema.shape,
    type: z.literal(type),
    data: eventSchemas[type],
  });
  return {
    name: type,
    summary: `Published by ${publishers.join(', ')}.`,
    contentType: 'application/cloudevents+json',
    payload: schemaOf(envelope, 'output') satisfies JsonSchema,
  };
}

const reference = (type: EventType): Described => ({
  channel: { $ref: `#/channels/${type}` },
  messages: [{ $ref: `#/channels/${type}/messages/event` }],
});
const sends = (type: EventType): Described => ({ action: 'send', ...reference(type) });
const receives = (type: EventType): Described => ({
  action: 'receive',
  summary: 'Other systems may ask for a backup.',
  ...reference(type),
});
