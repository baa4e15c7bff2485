import { createHash } from 'node:crypto';

export type ChainVerdict =
  | { readonly verified: true; readonly entries: number; readonly head: string; readonly knownHead?: boolean }
  | { readonly verified: false; readonly brokenAt: number; readonly problem: string };

const GENESIS = '0'.repeat(64);
const LINE_LIMIT = 16_777_216;

/**
 * Follows an exported chain with our own arithmetic: sha256 of the hash before, a newline and the record. What the server
 * says of it is compared with that, not believed. `wantedHead` is a hash that was kept from an earlier export.
 */
export async function verifyChain(
  pieces: AsyncIterable<Uint8Array>,
  wantedHead?: string,
): Promise<ChainVerdict> {
  let end = { number: 0, hash: GENESIS };
  let broken: { readonly brokenAt: number; readonly problem: string } | undefined;
  let verdict: Readonly<Record<string, unknown>> | undefined;
  let headSeen = wantedHead === GENESIS;
  for await (const line of linesOf(pieces)) {
    if (broken) continue; // whoever copies the export gets all of it
    const entry = parse(line);
    if (verdict) broken = { brokenAt: end.number, problem: 'there is more behind the verdict' };
    else if (!entry) broken = { brokenAt: end.number + 1, problem: 'the line is no JSON' };
    else if ('verified' in entry) verdict = entry;
    else {
      const problem = problemOf(end, entry);
      if (problem !== undefined) broken = { brokenAt: end.number + 1, problem };
      end = { number: end.number + 1, hash: String(entry['hash']) };
      headSeen ||= end.hash === wantedHead;
    }
  }
  broken ??= judgeEnd(verdict, end);
  if (broken) return { verified: false, ...broken };
  return {
    verified: true,
    entries: end.number,
    head: end.hash,
    ...(wantedHead === undefined ? {} : { knownHead: headSeen }),
  };
}

type End = { readonly number: number; readonly hash: string };
type Entry = Readonly<Record<string, unknown>>;

function problemOf(end: End, entry: Entry): string | undefined {
  if (entry['number'] !== end.number + 1) return `entry ${end.number + 1} is missing`;
  if (entry['previousHash'] !== end.hash) return 'it does not follow the entry before it';
  const hash = createHash('sha256')
    .update(`${end.hash}\n${String(entry['record'])}`)
    .digest('hex');
  return entry['hash'] === hash ? undefined : 'its record was changed after it was written';
}

/** The last line tells a whole export from one that was cut. */
function judgeEnd(
  verdict: Entry | undefined,
  end: End,
): { readonly brokenAt: number; readonly problem: string } | undefined {
  if (!verdict) return { brokenAt: end.number, problem: 'the export ends without its verdict: it was cut' };
  if (verdict['entries'] !== end.number || verdict['head'] !== end.hash)
    return { brokenAt: end.number, problem: 'the verdict is of another chain' };
  if (verdict['verified'] !== true)
    return { brokenAt: end.number, problem: 'the server itself finds it broken' };
  return undefined;
}

async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    for (let at = rest.indexOf('\n'); at !== -1; at = rest.indexOf('\n')) {
      if (at > 0) yield rest.slice(0, at);
      rest = rest.slice(at + 1);
    }
    if (rest.length > LINE_LIMIT) yield (rest = ''); // no record is so long: this is no export
  }
  if (rest.trim() !== '') yield rest;
}

function parse(line: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Entry) : undefined; // an object, checked
  } catch {
    return undefined; // told as broken
  }
}
