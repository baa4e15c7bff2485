/**
 * An application with the client inside: its users ask for backups of their own database and look at them, and its load balancer
 * hears when one is missing. The token stays on the server; give it `backup:create` and `run:read` on these databases alone.
 *
 *   HOLDFAST_URL=http://127.0.0.1:8484 HOLDFAST_TOKEN=hf_… node examples/04-in-a-fastify-app.ts
 */
import { createClient, type Client } from '@holdfast/client';
import { errorKinds, HoldfastError } from '@holdfast/contracts';
import fastify, { type FastifyInstance } from 'fastify';

const DAY_MS = 86_400_000;

/** Built without listening, so that tests inject requests. */
export function buildApp(client: Client, now: () => number = Date.now): FastifyInstance {
  const app = fastify();

  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof HoldfastError)) throw error;
    return reply.code(errorKinds[error.code].httpStatus).send({ code: error.code, message: error.message });
  });

  app.post<{ Params: { database: string }; Headers: { 'idempotency-key'?: string } }>(
    '/databases/:database/backups',
    async ({ params, headers }, reply) => {
      const key = headers['idempotency-key'];
      const run = await client.createBackup(
        { database: params.database, trigger: 'self-service' },
        key === undefined ? {} : { idempotencyKey: key },
      );
      return reply.code(202).header('location', `/backups/${run.id}`).send({ id: run.id, state: run.state });
    },
  );

  app.get<{ Params: { run: string } }>('/backups/:run', async ({ params }) => {
    const { id, state, backup, error } = await client.getRun({ run: params.run });
    return { id, state, filename: backup?.filename, error: error?.message };
  });

  app.get('/health/backups', async (_request, reply) => {
    const { databases } = await client.listDatabases();
    const stale = databases
      .filter(({ lastBackup }) => !lastBackup || now() - Date.parse(lastBackup.createdAt) > DAY_MS)
      .map(({ id }) => id);
    return reply.code(stale.length === 0 ? 200 : 503).send({ stale });
  });
  return app;
}

if (import.meta.main) {
  const client = createClient({
    url: process.env['HOLDFAST_URL'] ?? 'http://127.0.0.1:8484',
    token: process.env['HOLDFAST_TOKEN'],
  });
  await buildApp(client).listen({ port: Number(process.env['PORT'] ?? 3000) });
}
