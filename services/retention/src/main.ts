import { runService } from '@holdfast/service-kit';
import { startRetention } from './start.ts';

runService(startRetention);
