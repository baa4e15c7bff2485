import { constants } from 'node:os';
import { ConfigError } from '../config/config-error.ts';
import { createLogger } from '../log/logger.ts';
import type { RunningService } from './running-service.ts';

/** Orchestrators kill after 30 s by default; we would rather say why we had to stop than be killed. */
const DEADLINE_MS = 25_000;

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * The whole of a main.ts. The first signal drains, the second or the deadline (25 s) exits at once. Exit codes: 0 drained,
 * 1 failed, 2 settings that cannot be used (their message alone on stderr), 128 + signal when told twice.
 */
export function runService(
  start: (env: NodeJS.ProcessEnv) => Promise<RunningService>,
  options: { readonly deadlineMs?: number } = {},
): void {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  let name = 'starting';
  let stopping = false;

  const fail = (error: unknown, message: string): never => {
    createLogger({ service: name, level: 'fatal' }).fatal({ err: error }, message);
    return process.exit(1);
  };
  process.on('uncaughtException', (error) => fail(error, 'an error nobody caught; the process ends'));
  process.on('unhandledRejection', (error) => fail(error, 'a rejection nobody handled; the process ends'));

  const started = Promise.withResolvers<RunningService>();
  const stop = async (): Promise<void> => {
    // A signal during the start waits for it: what is half open cannot be closed in order.
    const service = await started.promise;
    await service.stop();
    process.exit(0);
  };
  // Before the start: a signal that comes with nobody listening kills.
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) process.exit(128 + constants.signals[signal]);
      stopping = true;
      setTimeout(
        () => fail(new Error(`not drained within ${deadlineMs} ms`), 'gave up draining'),
        deadlineMs,
      );
      stop().catch((error: unknown) => fail(error, 'draining failed'));
    });
  }

  const begin = async (): Promise<void> => {
    const service = await start(process.env);
    name = service.name;
    started.resolve(service);
  };
  begin().catch((error: unknown) => {
    if (!(error instanceof ConfigError)) return fail(error, 'the service could not start');
    process.stderr.write(`${error.message}\n`);
    return process.exit(2);
  });
}
