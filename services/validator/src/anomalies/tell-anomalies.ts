import type { BackupSummary, Envelope, Manifest } from '@holdfast/contracts';
import { followUp } from '@holdfast/runs';
import { SOURCE, type ValidatorDependencies } from '../dependencies.ts';
import { describeAnomalies } from './describe-anomalies.ts';
import { judgeAnomalies, type Measured } from './judge-anomaly.ts';

/** What is usual follows from so many backups before. */
const HISTORY = 10;
/** An event must fit the bus; the sentence says how many there are. */
const MAX_ANOMALIES = 200;

/** Compares a new backup with those before it and warns of what is far from usual. Of a part of a database nothing is usual. */
export async function tellAnomalies(
  deps: ValidatorDependencies,
  event: Envelope,
  backup: BackupSummary,
): Promise<void> {
  if (backup.selection) return;
  const manifests = (await deps.repository.list({ database: backup.database })).flatMap(
    ({ manifest }) => manifest ?? [],
  );
  const own = manifests.find((manifest) => manifest.backup.run === backup.run);
  if (!own) return; // deleted since
  const before = manifests.filter(
    (manifest) => manifest.backup.createdAt < backup.createdAt && !manifest.backup.selection,
  );
  const { BACKUP_ANOMALY_FACTOR: factor } = deps.settings;
  const anomalies = judgeAnomalies(measuredOf(own), before.slice(0, HISTORY).map(measuredOf), factor);
  if (anomalies.length === 0) return;
  const { name, filename } = backup;
  await deps.bus.publish(
    followUp(event, SOURCE)(
      'backup.anomalous',
      {
        name,
        filename,
        anomalies: anomalies.slice(0, MAX_ANOMALIES),
        message: describeAnomalies(filename, anomalies),
      },
      `${backup.run}:anomalous`,
    ),
  );
}

const measuredOf = ({ backup, fingerprint }: Manifest): Measured => ({ ...backup, rows: fingerprint.rows });
