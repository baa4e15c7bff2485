import { ConfigError } from './load-config.ts';

/** A service that runs: how to end it in order. */
export type RunningService = { readonly name: string; stop(): Promise<void> };

/** What an orchestrator waits before it kills is 30 s; ours is over before. */
const DEADLINE_MS = 25_000;

/**
 * What every `main.ts` does: starts, drains at the first SIGTERM or SIGINT, exits at the second or at the deadline.
 * Exit codes: 0 drained, 1 failed, 2 the settings are wrong.
 */
export function runService(start: (env: NodeJS.ProcessEnv) => Promise<RunningService>): void {
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  Promise.resolve(process.env).then(start).then(drainOnSignal, fatal);
}

function drainOnSignal(service: RunningService): void {
  let draining = false;
  const end = (signal: NodeJS.Signals): void => {
    if (draining) process.exit(1);
    draining = true;
    setTimeout(() => {
      process.stderr.write(
        `${service.name}: ${signal} was ${DEADLINE_MS / 1_000} s ago and it is still not done; exiting.\n`,
      );
      process.exit(1);
    }, DEADLINE_MS).unref();
    service.stop().then(() => process.exit(0), fatal);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

function fatal(error: unknown): never {
  const wrongSettings = error instanceof ConfigError;
  const text =
    error instanceof Error ? (wrongSettings ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(wrongSettings ? 2 : 1);
}
