import { formatDuration, type Anomaly } from '@holdfast/contracts';

const MAX_TOLD = 10;

/** One sentence for people. */
export function describeAnomalies(filename: string, anomalies: readonly Anomaly[]): string {
  const told = anomalies.slice(0, MAX_TOLD).map(describe).join('; ');
  const more = anomalies.length > MAX_TOLD ? `; and ${anomalies.length - MAX_TOLD} more` : '';
  return `${filename} is unlike the last backups of its database: ${told}${more}. Look whether somebody meant that, before older backups go.`;
}

function describe({ measure, subject, value, usual }: Anomaly): string {
  switch (measure) {
    case 'size':
    case 'raw-size':
      return `${measure === 'size' ? 'size' : 'size unpacked'} ${mebibytes(value)}, usually ${mebibytes(usual)}`;
    case 'duration':
      return `it took ${formatDuration(value)}, usually ${formatDuration(usual)}`;
    case 'rows':
      return `${subject} has ${value} rows, usually ${usual}`;
    case 'tables':
      return `the table ${subject} is gone`;
    case 'compression-ratio':
      return `it was packed ${value} times smaller, usually ${usual} times: encrypted content looks like that`;
    default:
      return measure satisfies never;
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
