import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Arrivals } from './builders.ts';

export type OtherProcess = {
  readonly heard: Arrivals<unknown>;
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
};

/** A process of its own that holds a delivery or a lease: only such a one can be killed, or stopped in its tracks. */
export function startOtherProcess(role: 'consumer' | 'holder', url: string): OtherProcess {
  const child: ChildProcess = fork(new URL('./process-main.ts', import.meta.url), [role, url], {
    execArgv: [],
    stdio: 'inherit',
  });
  const heard = new Arrivals<unknown>();
  child.on('message', heard.add);
  return {
    heard,
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
