import type { BusAccess } from '@holdfast/contracts';
import { inboxPrefixOf } from './inbox.ts';
import { retrySubject } from './retry-subject.ts';
import { bucketStream, bucketSubject, DEAD_LETTERS_SUBJECT, prefixWithDot } from './layout.ts';

/** As the `permissions` block of a user in a nats-server's configuration. */
export type Permissions = {
  readonly publish: { readonly allow: readonly string[]; readonly deny?: readonly string[] };
  readonly subscribe: { readonly allow: readonly string[] };
};

export type BusNames = {
  readonly eventsStream: string;
  readonly deadLettersStream: string;
  readonly prefix?: string;
};

type Users = Readonly<Record<string, BusAccess>>;
type Durable = { readonly name: string; readonly filterSubject: string | undefined };

/** Only subjects below this are answered; whoever hears one may speak to the inbox of whoever sends it. */
const ANSWERED = 'control.';

/**
 * What NATS must allow a user, and nothing else, so that it can do what is declared of it. Whoever reads the events
 * stream may make readers of any name, but never use those that deliver other users' work.
 */
export function permissionsOf(user: string, users: Users, names: BusNames): Permissions {
  const access = users[user];
  if (!access) return { publish: { allow: [] }, subscribe: { allow: [] } };
  const prefix = prefixWithDot(names.prefix);
  const own = durablesOf(user, access, prefix);
  const streams = access.streams.map((stream) =>
    stream === 'events' ? names.eventsStream : names.deadLettersStream,
  );
  const allow = [
    ...access.publishes.map((type) => `${prefix}${type}.*`),
    ...own.flatMap((durable) => forDurable(names.eventsStream, durable)),
    ...own.map((durable) => `${prefix}${DEAD_LETTERS_SUBJECT}.${durable.name}`),
    ...access.writes.map((bucket) => bucketSubject(bucket, '>')),
    ...[...new Set([...access.writes, ...access.reads])].flatMap(forBucket),
    ...streams.flatMap(forStream),
    ...(access.handlesDeadLetters === true ? forDeadLetters(users, names.deadLettersStream, prefix) : []),
    ...(access.watchesConsumers === true ? [`$JS.API.CONSUMER.LIST.${names.eventsStream}`] : []),
    ...(access.provisions === true ? forProvisioning : []),
    ...access.sends,
    ...askers(access, users).map((asker) => `${inboxPrefixOf(asker)}.>`),
  ];
  const deny = streams.includes(names.eventsStream)
    ? Object.entries(users)
        .filter(([other]) => other !== user)
        .flatMap(([other, theirs]) => durablesOf(other, theirs, prefix))
        .flatMap(({ name }) => useOf(names.eventsStream, name))
    : [];
  return {
    publish: { allow: unique(allow), ...(deny.length > 0 ? { deny: unique(deny) } : {}) },
    subscribe: { allow: unique([`${inboxPrefixOf(user)}.>`, ...access.hears]) },
  };
}

function durablesOf(user: string, access: BusAccess, prefix: string): readonly Durable[] {
  if (access.consumes === 'everything') return [{ name: user, filterSubject: undefined }];
  return access.consumes.map((type) => ({
    name: `${user}_${type.replaceAll('.', '_')}`,
    filterSubject: `${prefix}${type}.>`,
  }));
}

const forDurable = (stream: string, { name, filterSubject }: Durable): readonly string[] => [
  `$JS.API.CONSUMER.INFO.${stream}.${name}`,
  ['$JS.API.CONSUMER.CREATE', stream, name, ...(filterSubject === undefined ? [] : [filterSubject])].join(
    '.',
  ),
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
  `$JS.ACK.${stream}.${name}.>`,
  // Newer servers put a domain and an account hash first.
  `$JS.ACK.*.*.${stream}.${name}.>`,
];

/** To change a consumer, or to take its messages away. */
const useOf = (stream: string, name: string): readonly string[] => [
  `$JS.API.CONSUMER.CREATE.${stream}.${name}`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
];

const forStream = (stream: string): readonly string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}.*`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
];

const forBucket = (bucket: string): readonly string[] => {
  const stream = bucketStream(bucket);
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.STREAM.MSG.GET.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.*.${bucketSubject(bucket, '>')}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
  ];
};

/** To throw letters away, and to give their events to whom they were for: never to all who hear the type. */
const forDeadLetters = (users: Users, stream: string, prefix: string): readonly string[] => [
  `$JS.API.STREAM.MSG.DELETE.${stream}`,
  ...Object.entries(users).flatMap(([user, access]) =>
    access.consumes === 'everything'
      ? // Types have two words or three; the database follows.
        ['*.*.*', '*.*.*.*'].map((subject) => `${prefix}${retrySubject(subject, user)}`)
      : access.consumes.map(
          (type) => `${prefix}${retrySubject(`${type}.*`, `${user}_${type.replaceAll('.', '_')}`)}`,
        ),
  ),
];

const forProvisioning = ['$JS.API.STREAM.INFO.*', '$JS.API.STREAM.CREATE.*', '$JS.API.STREAM.UPDATE.*'];

const askers = (access: BusAccess, users: Users): readonly string[] =>
  Object.entries(users)
    .filter(([, theirs]) =>
      theirs.sends.some((subject) => subject.startsWith(ANSWERED) && access.hears.includes(subject)),
    )
    .map(([user]) => user);

const unique = (subjects: readonly string[]): readonly string[] => [...new Set(subjects)];
