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
  if (destination === undefined) return standardOutput();
  if (typeof destination !== 'string') return destination;
  // Synchronous: the last line before an exit is the one that matters.
  return pino.destination({ dest: destination, sync: true, mkdir: true, append: true, mode: 0o600 });
}

let output: pino.DestinationStream | undefined;

/**
 * What is logged in one turn of the event loop goes out in one write, before the next turn and before any exit: the last
 * line is the one that matters, and a gateway that is busy writes thousands a second.
 */
function standardOutput(): pino.DestinationStream {
  if (output) return output;
  const stdout = pino.destination({ dest: 1, sync: true });
  let waiting = '';
  // Not left to the destination's own buffer: emptying that never ends when whoever read it is gone.
  const flush = (): void => {
    const text = waiting;
    waiting = '';
    if (text !== '') stdout.write(text);
  };
  process.once('exit', flush);
  output = {
    write: (line) => {
      if (waiting === '') setImmediate(flush);
      waiting += line;
    },
  };
  return output;
}

type Pretty = (options: PrettyOptions) => pino.DestinationStream;

function prettyOver(destination: pino.DestinationStream): pino.DestinationStream {
  // Loaded only where somebody looks: it costs a service's start otherwise.
  const pretty = createRequire(import.meta.url)('pino-pretty') as Pretty; // require has no types
  return pretty({ destination, sync: true, ignore: 'pid,hostname' });
}
