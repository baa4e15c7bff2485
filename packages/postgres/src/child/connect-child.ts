import type { Target } from '../connection/target.ts';
import { connectionEnvironment } from './connection-environment.ts';
import { startChild, type Child, type ChildOptions } from './start-child.ts';

/** Starts a program of PostgreSQL that connects to `target`; its password file is gone when it has ended. */
export function connectChild(
  target: Target,
  applicationName: string,
  options: Omit<ChildOptions, 'environment'>,
): Child {
  const environment = connectionEnvironment(target, applicationName);
  try {
    const child = startChild({ ...options, environment: environment.variables });
    const released = child.ended.finally(() => environment.release());
    released.catch(() => undefined); // heard by whoever awaits `ended`
    return { ...child, ended: released };
  } catch (error) {
    environment.release();
    throw error;
  }
}
