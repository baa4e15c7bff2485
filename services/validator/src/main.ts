import { runService } from '@holdfast/service-kit';
import { startValidator } from './start.ts';

runService(startValidator);
