import { createHmac } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { eventTypes } from '@holdfast/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slackMessageSchema } from '../../test/receivers/check-slack.ts';
import { startHttpReceiver, type HttpReceiver } from '../../test/receivers/http-receiver.ts';
import { makeCertificate } from '../../test/receivers/certificate.ts';
import { startMailReceiver } from '../../test/receivers/mail-receiver.ts';
import { exampleEvent } from '../answers/example-event.ts';
import { describe as describeEvent } from '../payload/describe.ts';
import type { Payload } from '../payload/payload.ts';
import { render } from '../templates/render.ts';
import { NotDelivered, type Channel, type Message } from './channel.ts';
import { emailChannel } from './email.ts';
import { post } from './post.ts';
import { slackChannel } from './slack.ts';
import { webhookChannel } from './webhook.ts';

const SECRET = `whsec_${Buffer.from('a key that nobody knows, 32 byte').toString('base64')}`;
const OLDER = `whsec_${Buffer.from('the key that was used before it.').toString('base64')}`;
const signal = new AbortController().signal;

let http: HttpReceiver;
beforeAll(async () => {
  http = await startHttpReceiver();
});
afterAll(() => http.stop());

function messageFor(
  channel: Pick<Channel, 'id' | 'kind'>,
  change: Partial<Payload> = {},
  type = 'backup.failed',
): Message {
  const event = exampleEvent(type as 'backup.failed', 'app');
  const payload = describeEvent(event, { earlier: [] });
  if (!payload) throw new Error('nothing to say');
  const { rendered } = render(channel, { ...payload, ...change }, event, new Map());
  return { id: `${channel.id}_0123456789abcdef01234567`, rendered, done: [] };
}

async function refusalOf(sending: Promise<unknown>): Promise<NotDelivered> {
  try {
    await sending;
  } catch (error) {
    if (error instanceof NotDelivered) return error;
    throw error;
  }
  throw new Error('it was delivered');
}

const slack = () => slackChannel({ id: 'slack', url: `${http.url}/services/T0/B0/top-secret` }, true);
const webhook = (url = `${http.url}/hook?key=top-secret`) =>
  webhookChannel({ id: 'webhook', url, secrets: [SECRET, OLDER], headers: { 'x-team': 'db' } }, true);

// The same promises of each channel over HTTP.
test.each([['slack', slack] as const, ['webhook', webhook] as const])(
  '%s: every answer means what it says',
  async (_kind, open) => {
    const channel = open();
    const send = () => channel.send(messageFor(channel), signal);
    await expect(send()).resolves.toEqual({ refused: [] });

    http.next(
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 500 },
      'close',
      { status: 404 },
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
    );
    const [busy, broken, closed, gone, moved] = [
      await refusalOf(send()),
      await refusalOf(send()),
      await refusalOf(send()),
      await refusalOf(send()),
      await refusalOf(send()),
    ];
    expect([busy.code, busy.retryAfterMs]).toEqual(['delivery_failed', 7_000]);
    expect([broken.code, closed.code, gone.code, moved.code]).toEqual([
      'delivery_failed',
      'delivery_failed',
      'delivery_refused',
      'delivery_refused',
    ]);
    expect(moved.message).toContain('redirects are not followed');
    for (const { message } of [busy, broken, closed, gone, moved]) {
      expect(message).toContain('127.0.0.1');
      expect(message).not.toContain('top-secret');
    }
    expect(channel.target).not.toContain('top-secret');
  },
);

test('a receiver that hangs is left, and one that answers without end is not listened to', async () => {
  http.next('hang');
  const posting = { url: `${http.url}/x`, body: '{}', allowPrivate: true, signal, target: 'the receiver' };
  const hung = await refusalOf(post({ ...posting, limitMs: 300 }));
  expect(hung.message).toContain('no answer within 0.3 s');
  http.next({ status: 200, body: 'x'.repeat(5_000_000) });
  expect((await post(posting)).length).toBeLessThanOrEqual(2_048);
});

test('a webhook is signed for each key, over id, time and the very body', async () => {
  const before = http.received.length;
  const channel = webhook();
  await channel.send(messageFor(channel), signal);
  const [request] = (await http.came(before + 1)).slice(before);
  if (!request) throw new Error('nothing came');
  const { headers, body } = request;
  expect(headers['webhook-id']).toBe('webhook_0123456789abcdef01234567');
  expect(headers['x-team']).toBe('db');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = [SECRET, OLDER].map(
    (secret) =>
      `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
        .update(signed)
        .digest('base64')}`,
  );
  expect(String(headers['webhook-signature']).split(' ')).toEqual(expected);
  expect(JSON.parse(body)).toMatchObject({
    specversion: '1.0',
    type: 'backup.failed',
    notification: { severity: 'critical' },
  });
});

test('private addresses are refused unless allowed, as literals and behind names, and nothing is sent', async () => {
  const before = http.received.length;
  const port = URL.parse(http.url)?.port ?? '';
  for (const host of [
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0x7f.1',
    '169.254.169.254',
  ]) {
    const channel = webhookChannel(
      { id: 'w', url: `http://${host}:${port}/`, secrets: [], headers: {} },
      false,
    );
    const refused = await refusalOf(channel.send(messageFor(channel), signal));
    expect([host, refused.code]).toEqual([host, 'target_refused']);
  }
  const odd = webhookChannel({ id: 'w', url: 'file:///etc/passwd', secrets: [], headers: {} }, true);
  expect((await refusalOf(odd.send(messageFor(odd), signal))).code).toBe('target_refused');
  expect(http.received).toHaveLength(before);
});

test('a certificate that nobody vouches for ends the connection before anything is said', async () => {
  const tls = await startHttpReceiver({ tls: await makeCertificate() });
  try {
    const channel = webhook(`${tls.url}/hook`);
    const refused = await refusalOf(channel.send(messageFor(channel), signal));
    expect([refused.code, refused.message]).toEqual([
      'delivery_failed',
      expect.stringContaining('self-signed certificate'),
    ]);
    expect(tls.received).toEqual([]);
  } finally {
    await tls.stop();
  }
});

test('Slack takes every event, also with texts far longer than it allows', () => {
  const channel = { id: 'slack', kind: 'slack' } as const;
  const long = '<&>`'.repeat(4_000);
  const endless: Partial<Payload> = {
    title: long,
    advice: long,
    error: { code: 'internal', message: '```'.repeat(1_000) },
    details: Array.from({ length: 300 }, (_, index) => ({ label: `${index}`, value: long })),
  };
  for (const type of eventTypes)
    for (const change of [{}, endless]) {
      const { rendered } = messageFor(channel, change, type);
      if (rendered.kind !== 'slack') throw new Error('no Slack message');
      expect(slackMessageSchema.safeParse(rendered.body).error).toBeUndefined();
    }
});

const mailChannel = (port: number, to: readonly string[], credentials = '', scheme = 'smtp') =>
  emailChannel({
    id: 'email',
    to,
    smtpUrl: `${scheme}://${credentials}127.0.0.1:${port}`,
    from: 'Holdfast <holdfast@example.org>',
  });

test('mail goes out as HTML and text, once for each recipient, whatever the mail server thinks of the others', async () => {
  const server = await startMailReceiver();
  try {
    const channel = mailChannel(server.port, ['a@example.org', 'grey@example.org', 'no@example.org']);
    server.refuse('grey@example.org', 451);
    server.refuse('no@example.org', 550);
    const message = messageFor(channel);
    const later = await refusalOf(channel.send(message, signal));
    expect([later.code, later.done]).toEqual(['delivery_failed', ['a@example.org']]);
    server.refuse('grey@example.org', undefined);
    expect(await channel.send({ ...message, done: later.done }, signal)).toEqual({
      refused: ['no@example.org'],
    });
    expect(server.mails.map(({ to }) => to)).toEqual([['a@example.org'], ['grey@example.org']]);
    expect(server.mails[0]?.text).toMatch(/Message-ID: <email_0123456789abcdef01234567@holdfast>/i);
    expect(server.mails[0]?.text).toContain('text/html');
    expect(server.mails[0]?.text).toContain('Subject: [Holdfast critical] Backup of app failed');

    const nobody = await refusalOf(mailChannel(server.port, ['no@example.org']).send(message, signal));
    expect([nobody.code, nobody.message]).toEqual([
      'delivery_refused',
      expect.stringContaining('no@example.org'),
    ]);
    server.refuse('grey@example.org', 451);
    const greylisted = await refusalOf(mailChannel(server.port, ['grey@example.org']).send(message, signal));
    expect(greylisted.code).toBe('delivery_failed');
  } finally {
    await server.stop();
  }
});

test('a mail server that refuses the password is told so, without the password; one that is not there is tried again', async () => {
  const server = await startMailReceiver({ password: 'right' });
  try {
    const wrong = mailChannel(server.port, ['a@example.org'], 'me:top-secret@');
    const refused = await refusalOf(wrong.send(messageFor(wrong), signal));
    expect([refused.code, refused.message]).toEqual([
      'delivery_refused',
      expect.stringContaining('SMTP_URL'),
    ]);
    expect(refused.message).not.toContain('top-secret');
    const right = mailChannel(server.port, ['a@example.org'], 'me:right@');
    expect(await right.send(messageFor(right), signal)).toEqual({ refused: [] });
  } finally {
    await server.stop();
  }
  const gone = mailChannel(server.port, ['a@example.org']);
  expect((await refusalOf(gone.send(messageFor(gone), signal))).code).toBe('delivery_failed');
});

test.each([
  ['from its first byte', 'smtps', 'immediate'],
  ['as soon as it is offered', 'smtp', 'starttls'],
] as const)(
  'mail goes over TLS %s, to a server whose certificate is vouched for',
  async (_how, scheme, mode) => {
    const certificate = await makeCertificate();
    const server = await startMailReceiver({ password: 'right', tls: { ...certificate, mode } });
    const usual = getCACertificates('default');
    try {
      const channel = mailChannel(server.port, ['a@example.org'], 'me:right@', scheme);
      const message = messageFor(channel);
      const untrusted = await refusalOf(channel.send(message, signal));
      expect([untrusted.code, untrusted.message]).toEqual([
        'delivery_failed',
        expect.stringMatching(/certificate of the mail server at 127\.0\.0\.1 .*NODE_EXTRA_CA_CERTS/),
      ]);
      expect(server.logins).toBe(0);
      // What NODE_EXTRA_CA_CERTS does when a process starts.
      setDefaultCACertificates([...usual, certificate.cert]);
      expect(await channel.send(message, signal)).toEqual({ refused: [] });
      expect(server.mails).toMatchObject([{ to: ['a@example.org'], secure: true }]);
    } finally {
      setDefaultCACertificates(usual);
      await server.stop();
    }
  },
);
