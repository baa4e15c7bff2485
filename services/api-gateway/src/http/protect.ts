import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import { addressKey, type Limit } from '../auth/limits.ts';
import type { GatewaySettings } from '../config.ts';

/** What browsers are told about answers that are no pages, and who may ask from a page at all. */
export async function protect(
  app: FastifyInstance,
  settings: GatewaySettings,
  ofOneAddress: Limit | undefined,
): Promise<void> {
  app.addHook('onRequest', async (request) => ofOneAddress?.take(addressKey(request.ip)));
  // Made once: @fastify/helmet makes it anew for each request.
  const tellBrowsers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // A promise about HTTPS, which only who speaks it can make.
    strictTransportSecurity: settings.HOLDFAST_TLS_CERT_FILE === undefined ? false : { maxAge: 31_536_000 },
    xFrameOptions: { action: 'deny' },
  });
  app.addHook('onRequest', (request, reply, next) =>
    tellBrowsers(request.raw, reply.raw, (error) => next(error instanceof Error ? error : undefined)),
  );
  if (settings.HOLDFAST_CORS_ORIGINS.length > 0) {
    await app.register(cors, {
      origin: settings.HOLDFAST_CORS_ORIGINS,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      allowedHeaders: [
        'authorization',
        'content-type',
        'if-match',
        'idempotency-key',
        'last-event-id',
        'prefer',
      ],
      exposedHeaders: ['etag', 'location', 'retry-after', 'x-request-id', 'content-disposition'],
      credentials: false,
      maxAge: 600,
      strictPreflight: true,
    });
  }
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
}
