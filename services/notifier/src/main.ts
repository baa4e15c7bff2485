import { runService } from '@holdfast/service-kit';
import { startNotifier } from './start.ts';

runService(startNotifier);
