import { runService } from '@holdfast/service-kit';
import { startScheduler } from './start.ts';

runService(startScheduler);
