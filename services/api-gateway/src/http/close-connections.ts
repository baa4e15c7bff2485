import type { FastifyInstance } from 'fastify';

/** How long downloads may go on once the gateway drains. */
const GRACE_MS = 10_000;
const LOOK_AGAIN_MS = 50;

/**
 * Lets go of connections that nobody uses while the server closes: one that falls idle after the close began would be
 * kept for another request until its keep-alive ends, a minute later.
 */
export function closeConnections(app: FastifyInstance, graceMs = GRACE_MS): void {
  let idle: NodeJS.Timeout | undefined;
  let all: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    idle = setInterval(() => app.server.closeIdleConnections(), LOOK_AGAIN_MS);
    all = setTimeout(() => app.server.closeAllConnections(), graceMs);
  });
  app.addHook('onClose', async () => {
    clearInterval(idle);
    clearTimeout(all);
  });
}
