import { createRequire } from 'node:module';
import pino from 'pino';
import type { PrettyOptions } from 'pino-pretty';
import { redactText } from './redact.ts';

export type Logger = pino.Logger;

export type LoggerOptions = {
  readonly service: string;
  /** Least severity that is written: trace, debug, info, warn, error, fatal or silent. */
  readonly level: string;
  /** A file (appended to, 0600 when made) or a stream [stdout]. */
  readonly destination?: string | pino.DestinationStream | undefined;
  /** For people, not machines [whether stdout is a terminal, when there is no other destination]. */
  readonly pretty?: boolean | undefined;
};

/** Writes one JSON object a line; what `redactText` knows as secret never gets out, at whatever depth it stood. */
export function createLogger({ service, level, destination, pretty }: LoggerOptions): Logger {
  const raw = openDestination(destination);
  const readable = pretty ?? (destination === undefined && process.stdout.isTTY);
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: redactText },
    },
    readable ? prettyOver(raw) : raw,
  );
}

function openDestination(destination: LoggerOptions['destination']): pino.DestinationStream {
  if (destination !== undefined && typeof destination !== 'string') return destination;
  // Synchronous: the last line before an exit is the one that matters.
  if (destination === undefined) return pino.destination({ dest: 1, sync: true });
  return pino.destination({ dest: destination, sync: true, mkdir: true, append: true, mode: 0o600 });
}

type Pretty = (options: PrettyOptions) => pino.DestinationStream;

function prettyOver(destination: pino.DestinationStream): pino.DestinationStream {
  // Loaded only where somebody looks: it costs a service's start otherwise.
  const pretty = createRequire(import.meta.url)('pino-pretty') as Pretty; // require has no types
  return pretty({ destination, sync: true, ignore: 'pid,hostname' });
}
