import { pino } from 'pino';
import pretty from 'pino-pretty';

export type Logger = pino.Logger;

/** Where a secret may stand in what is logged. */
const REDACTED = ['password', 'token', 'authorization', 'secret', 'nkeySeed'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]);

export type LoggerOptions = {
  readonly service: string;
  readonly level: string;
  /** A file instead of standard output; appended to, 0600. */
  readonly file?: string | undefined;
};

/** JSON lines, or readable ones in a terminal. Secrets by name, and passwords inside URLs, are never written. */
export function createLogger(options: LoggerOptions): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED, censor: '[redacted]' },
    hooks: {
      streamWrite: (line) => line.replace(/(\w+:\/\/[^\s:/@"]+):[^\s@"]+@/g, '$1:[redacted]@'),
    },
  };
  if (options.file !== undefined)
    return pino(
      settings,
      pino.destination({ dest: options.file, mkdir: true, append: true, mode: 0o600, sync: false }),
    );
  if (process.stdout.isTTY)
    return pino(settings, pretty({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }));
  return pino(settings, pino.destination({ dest: 1, sync: false }));
}
