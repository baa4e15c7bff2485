// Plain JavaScript as somebody else writes it. Prints what came of it.
import { createClient } from '@holdfast/client';
import { HoldfastError } from '@holdfast/contracts/errors';

const client = createClient({ url: process.env.HOLDFAST_URL ?? '', token: process.env.HOLDFAST_TOKEN });

const { id } = await client.createBackup(
  { description: 'by an installed client' },
  { idempotencyKey: 'packed' },
);
const { state } = await client.watchRun(id);
const { total } = await client.listBackups();
/** @type {unknown} */
const refused = await client.getBackup({ filename: 'none.dump.zst' }).catch((error) => error);
const code = refused instanceof HoldfastError ? refused.code : String(refused);
process.stdout.write(JSON.stringify({ id, state, total, code }));
