import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settings } from '@holdfast/contracts';
import { writeBusConfig } from './bus-config.ts';
import { writeDatabaseSecrets } from './database-secrets.ts';

/**
 * The first one-shot of a deployment: makes the secrets that are missing and the configuration of the bus. There is no
 * default password anywhere. Run again it changes no secret.
 */
const dir = process.env['HOLDFAST_SECRETS_DIR'] ?? '/run/holdfast';
const nodes = (process.env['NATS_NODES'] ?? '').split(',').map((node) => node.trim());

await writeBusConfig({
  dir,
  prefix: settings.EVENTS_PREFIX.schema.parse(process.env['EVENTS_PREFIX']),
  nodes: nodes.filter((node) => node !== ''),
});
await writeDatabaseSecrets(dir);
// The worker follows this file: what is to be backed up may be written into it later.
await appendFile(join(dir, 'backup-worker', 'databases'), '', { mode: 0o600 });
process.stdout.write(`secrets and the configuration of the bus are in ${dir}\n`);
