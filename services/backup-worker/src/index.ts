export { startBackupWorker } from './start.ts';
