import { lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { NotDelivered } from './channel.ts';
import { judgeAddress } from './judge-address.ts';
import { judgeResponse } from './judge-response.ts';

/** From the look-up of the name to the end of the answer. */
const LIMIT_MS = 15_000;
/** Of the answer nothing but its beginning is of interest, and that only for the log. */
const ANSWER_BYTES = 2_048;

export type Posting = {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly allowPrivate: boolean;
  readonly signal: AbortSignal;
  readonly limitMs?: number;
  /** How the receiver is called in errors. */
  readonly target: string;
};

/**
 * Sends once. The name is looked up by us and the connection goes to the very address that was judged, so that a name which
 * changes its mind leads nowhere else. Redirects are not followed, TLS is verified. Throws NotDelivered.
 */
export async function post(posting: Posting): Promise<string> {
  const { target } = posting;
  const url = parseUrl(posting.url, target);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host) as 0 | 4 | 6; // declared as number
  if (family !== 0) assertAllowed(host, family, posting);
  const { status, retryAfter, answer } = await exchange(url, posting);
  const judged = judgeResponse(status, retryAfter, Date.now());
  if (judged.verdict === 'taken') return answer;
  const said = answer.trim() === '' ? '' : ` ("${oneLine(answer)}")`;
  throw judged.verdict === 'again'
    ? new NotDelivered(
        'delivery_failed',
        `${target} did not take the message: ${judged.why}${said}; it is tried again.`,
        {
          retryAfterMs: judged.retryAfterMs,
        },
      )
    : new NotDelivered(
        'delivery_refused',
        `${target} refused the message: ${judged.why}${said}; check its URL.`,
      );
}

type Answer = { readonly status: number; readonly retryAfter: string | undefined; readonly answer: string };

async function exchange(url: URL, posting: Posting): Promise<Answer> {
  const limit = AbortSignal.timeout(posting.limitMs ?? LIMIT_MS);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const request = send(
        url,
        {
          method: posting.method ?? 'POST',
          headers: {
            'user-agent': 'Holdfast',
            ...posting.headers,
            ...(posting.body === undefined
              ? {}
              : { 'content-length': String(Buffer.byteLength(posting.body)) }),
          },
          agent: false,
          lookup: guardedLookup(posting),
          signal: AbortSignal.any([posting.signal, limit]),
        },
        (response) => {
          let answer = '';
          const done = (): void => {
            const retryAfter = response.headers['retry-after'];
            resolve({ status: response.statusCode ?? 0, retryAfter, answer });
            response.destroy();
          };
          response.setEncoding('utf8');
          response.on('data', (text: string) => {
            answer += text.slice(0, ANSWER_BYTES - answer.length);
            if (answer.length >= ANSWER_BYTES) done();
          });
          response.on('end', done);
          response.on('error', reject);
        },
      );
      request.on('error', reject);
      request.end(posting.body);
    });
  } catch (cause) {
    if (cause instanceof NotDelivered) throw cause;
    const why = limit.aborted
      ? `it gave no answer within ${(posting.limitMs ?? LIMIT_MS) / 1_000} s`
      : reasonOf(cause);
    throw new NotDelivered(
      'delivery_failed',
      `${posting.target} cannot be reached: ${why}; it is tried again.`,
    );
  }
}

function guardedLookup(posting: Posting): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      try {
        for (const { address, family } of addresses) assertAllowed(address, family === 6 ? 6 : 4, posting);
      } catch (refusal) {
        return callback(refusal as NodeJS.ErrnoException, []); // handed on to the request, which rejects with it
      }
      const [first] = addresses;
      if (options.all === true) return callback(null, addresses);
      return callback(null, first?.address ?? '', first?.family);
    });
  };
}

function assertAllowed(address: string, family: 4 | 6, { allowPrivate, target }: Posting): void {
  const why = allowPrivate ? undefined : judgeAddress(address, family);
  if (why === undefined) return;
  throw new NotDelivered(
    'target_refused',
    `${target} has the address ${address}, which is ${why}; use a public one, or set BACKUP_WEBHOOK_ALLOW_PRIVATE=true.`,
  );
}

function parseUrl(text: string, target: string): URL {
  const url = URL.parse(text);
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new NotDelivered('target_refused', `${target} has no http or https URL; correct it.`);
}

/** Node's own words, which hold host and port, never path or headers. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ').slice(0, 200);
