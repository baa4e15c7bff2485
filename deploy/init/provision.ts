import { olderSpellings, pickSettings, secretSettings } from '@holdfast/contracts';
import { provisionTopology } from '@holdfast/runs';
import { loadConfig } from '@holdfast/service-kit';

/** The second one-shot: every stream and bucket, made or brought up to date, before a service starts. */
const { config } = loadConfig(
  pickSettings('NATS_URL', 'NATS_CREDS_FILE', 'EVENTS_PREFIX', 'EVENTS_MAX_AGE', 'NATS_REPLICAS'),
  process.env,
  { older: olderSpellings, secrets: secretSettings },
);
await provisionTopology(config);
process.stdout.write(`streams and buckets are there, ${config.NATS_REPLICAS} of each\n`);
