import { runService } from '@holdfast/service-kit';
import { startBackupWorker } from './start.ts';

runService(startBackupWorker);
