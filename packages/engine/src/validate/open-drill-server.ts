import type { DrillNeeds } from './drill-needs.ts';
import type { DrillServer } from './drill.ts';
import { openThrowAwayCluster } from './throw-away-cluster.ts';
import { openGivenServer } from './given-server.ts';

export type DrillSettings = {
  /** A scratch server of one's own; its superuser. Absent: a throw-away cluster from the installed binaries. */
  readonly url?: string | undefined;
  /** Whether `url` may be the server that the backup is from [false]. */
  readonly onSource?: boolean | undefined;
  readonly scratchDir?: string | undefined;
  /** OS user of the throw-away cluster, when this process is root. */
  readonly osUser?: string | undefined;
  /** Ends the waiting for a server that another drill has. */
  readonly signal?: AbortSignal | undefined;
};

/** A scratch server of at least the major that the backup needs; throws drill_unavailable saying what to install or set. */
export const openDrillServer = (
  settings: DrillSettings,
  needs: Pick<DrillNeeds, 'serverVersion' | 'rawBytes'> & { readonly source?: DrillNeeds['source'] },
): Promise<DrillServer> =>
  settings.url === undefined
    ? openThrowAwayCluster(settings, needs)
    : openGivenServer({ ...settings, url: settings.url }, needs);
