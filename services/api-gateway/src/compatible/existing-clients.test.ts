import { driveGateway } from '../../test/driver.ts';
import { describeExistingClients } from '../../test/existing-clients.ts';

describeExistingClients(driveGateway);
