import { z } from 'zod';
import { createLogger, Drain, loadConfig, runService } from '../src/index.ts';

// A service as its tests need it: BEHAVIOUR says how it misbehaves; what happens is told on stdout.
const say = (text: string): void => void process.stdout.write(`${text}\n`);

runService(
  async (env) => {
    const { config } = loadConfig(
      z.object({ BEHAVIOUR: z.enum(['well', 'hang', 'throw', 'reject', 'no-start', 'late', 'no-stop']) }),
      env,
    );
    const { BEHAVIOUR } = config;
    const log = createLogger({ service: 'under-test', level: 'info' });
    const drain = new Drain(log);
    drain.add('pools', 'pool', () => say('pool closed'));
    drain.add('readiness', 'not ready', () => say('not ready'));
    drain.add('in-flight', 'work', () => {
      say('finishing');
      return BEHAVIOUR === 'hang' ? new Promise(() => undefined) : undefined;
    });
    // A server keeps a process alive; so does this.
    setInterval(() => undefined, 60_000);
    if (BEHAVIOUR === 'no-start') throw new Error('the bus at nats://app:hunter2@bus does not answer');
    if (BEHAVIOUR === 'late') {
      say('starting');
      await new Promise<void>((resolve) => void process.once('SIGTERM', () => setTimeout(resolve, 50)));
    }
    if (BEHAVIOUR === 'throw')
      setTimeout(() => {
        throw new Error('lost in a callback');
      }, 1);
    if (BEHAVIOUR === 'reject') setTimeout(() => void Promise.reject(new Error('lost in a promise')), 1);
    say('started');
    return {
      name: 'under-test',
      stop: () => (BEHAVIOUR === 'no-stop' ? Promise.reject(new Error('cannot stop')) : drain.run()),
    };
  },
  { deadlineMs: process.env['DEADLINE_MS'] === undefined ? 25_000 : Number(process.env['DEADLINE_MS']) },
);
