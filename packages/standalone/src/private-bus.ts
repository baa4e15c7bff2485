import { join } from 'node:path';
import { connectBus, provision, startNatsServer } from '@holdfast/bus';
import {
  access as busAccess,
  buckets,
  DEAD_LETTERS_STREAM,
  EVENTS_STREAM,
  settings,
  type ServiceName,
} from '@holdfast/contracts';
import { connectService } from '@holdfast/runs';
import type { Home } from './home.ts';

export type StandaloneBus = {
  readonly description: string;
  envOf(service: string): NodeJS.ProcessEnv;
  stop(): Promise<void>;
};
