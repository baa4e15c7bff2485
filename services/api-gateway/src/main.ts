import { runService } from '@holdfast/service-kit';
import { startApiGateway } from './start.ts';

runService(startApiGateway);
