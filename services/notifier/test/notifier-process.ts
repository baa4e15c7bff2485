import { runService } from '@holdfast/service-kit';
import { startNotifier } from '../src/index.ts';
import { usualTiming, type Timing } from '../src/timing.ts';

// The service with short times, as a process that a test can kill.
const times = JSON.parse(process.env['TEST_TIMING'] ?? '{}') as Partial<Timing>; // written by the test
runService((env) => startNotifier(env, { ...usualTiming, ...times }));
