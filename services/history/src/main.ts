import { runService } from '@holdfast/service-kit';
import { startHistory } from './start.ts';

runService(startHistory);
