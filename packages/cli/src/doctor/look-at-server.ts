import { failureOf } from '@holdfast/contracts';
import type { ServerConnection } from '../connection.ts';
import { ok, type Finding } from './finding.ts';
import { judgeClock } from './judge-clock.ts';
import { judgeStatus, judgeSurroundings } from './judge-server.ts';

/** Everything that a server can be asked. Never throws: what cannot be asked is a finding. */
export async function lookAtServer(
  { client, place }: Pick<ServerConnection, 'client' | 'place'>,
  nowMs: () => number,
): Promise<readonly Finding[]> {
  const askedMs = nowMs();
  const asked = await client.getStatus().catch((error: unknown) => failureOf(error));
  if ('code' in asked) {
    const isRefused = asked.code === 'unauthorized' || asked.code === 'forbidden';
    return [
      {
        check: isRefused ? 'credentials' : 'server',
        subject: place,
        outcome: 'critical',
        code: asked.code,
        detail: isRefused ? asked.message : asked.message.replace(/ [^.]*\?$/, ''),
        mend: isRefused
          ? 'name a token that may: --token-file, HOLDFAST_TOKEN_FILE, or backup-admin tokens create'
          : 'start it with "npm start", or set --url; without one: backup-admin --local doctor',
      },
    ];
  }
  const tookMs = nowMs() - askedMs;
  const offsetMs = Date.parse(asked.at) - (askedMs + tookMs / 2);
  const count = <T>(ask: Promise<T>, of: (answer: T) => number): Promise<number | undefined> =>
    ask.then(of, () => undefined); // told as skipped
  const [channels, schedules, deadLetters] = await Promise.all([
    count(client.listChannels(), (found) => found.channels.length),
    count(client.listSchedules(), (found) => found.schedules.filter(({ enabled }) => enabled).length),
    count(client.listDeadLetters({ limit: 1 }), ({ total }) => total),
  ]);
  return [
    ok('server', 'answers, and takes the token', place),
    judgeClock('server', offsetMs, tookMs / 2),
    ...judgeStatus(asked, (at) => nowMs() - Date.parse(at)),
    ...judgeSurroundings({ channels, schedules, deadLetters }),
  ];
}
