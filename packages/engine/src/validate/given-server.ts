import { setTimeout as delay } from 'node:timers/promises';
import { failureOf, HoldfastError } from '@holdfast/contracts';
import { closeClient, describeTarget, openClient, parseTarget } from '@holdfast/postgres';
import { readSystemIdentifier } from '../backup/system-identifier.ts';
import { toolsFor } from '../tools.ts';
import { removeLeftDatabases } from './drill-leftovers.ts';
import type { DrillNeeds } from './drill-needs.ts';
import type { DrillServer } from './drill.ts';
import type { DrillSettings } from './open-drill-server.ts';

type Client = Awaited<ReturnType<typeof openClient>>;

const POLL_MS = 500;
const TRY_LOCK = `select pg_try_advisory_lock(hashtextextended('holdfast drill', 0)) as got`;

/**
 * The server of BACKUP_DRILL_URL, one drill at a time among all validators; what a killed one left there is removed first.
 * Throws drill_unavailable when it is away, too old, or the server that the backup is from.
 */
export async function openGivenServer(
  settings: DrillSettings & { readonly url: string },
  needs: Pick<DrillNeeds, 'serverVersion'> & { readonly source?: DrillNeeds['source'] },
): Promise<DrillServer> {
  const admin = parseTarget(settings.url);
  const client = await open(settings.url);
  try {
    const version = await versionOf(client);
    assertNewEnough(version, needs.serverVersion ?? 0);
    const own = needs.source?.systemIdentifier;
    if (!settings.onSource && own !== undefined && own === (await readSystemIdentifier(client)))
      throw onSource(settings.url);
    const tools = await toolsFor(version);
    await untilAlone(client, settings.signal);
    await removeLeftDatabases(client);
    const close = (): Promise<void> => closeClient(client);
    return { admin, tools, isolation: 'server of BACKUP_DRILL_URL', close };
  } catch (error) {
    await closeClient(client);
    throw error;
  }
}

async function open(url: string): Promise<Client> {
  try {
    // Its loss shows in the drill itself.
    return await openClient(parseTarget(url), { applicationName: 'holdfast drill' });
  } catch (cause) {
    throw new HoldfastError(
      'drill_unavailable',
      `The server of BACKUP_DRILL_URL cannot be used: ${failureOf(cause).message}`,
      { cause },
    );
  }
}

async function versionOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version_num') as version`,
  );
  return Number(rows[0]?.version);
}

function assertNewEnough(version: number, wanted: number): void {
  const [major, wantedMajor] = [version, wanted].map((each) => Math.floor(each / 10_000));
  if (major === undefined || wantedMajor === undefined || major >= wantedMajor) return;
  throw new HoldfastError(
    'drill_unavailable',
    `BACKUP_DRILL_URL is a server of version ${major}; the backup needs ${wantedMajor} or newer.`,
  );
}

/** The lock is the session's: it is free when its drill is over, or its process dead. */
async function untilAlone(client: Client, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const { rows } = await client.query<{ got: boolean }>(TRY_LOCK);
    if (rows[0]?.got) return;
    await delay(POLL_MS, undefined, signal ? { signal } : {});
  }
}

const onSource = (url: string): HoldfastError =>
  new HoldfastError(
    'drill_unavailable',
    `BACKUP_DRILL_URL (${describeTarget(parseTarget(url))}) is the server that the backup is from; name another one, or set BACKUP_DRILL_ON_SOURCE=true.`,
  );
