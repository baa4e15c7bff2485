import { driveGateway } from '../../test/driver.ts';
import { describeEveryRoute } from '../../test/every-route.ts';

describeEveryRoute(driveGateway);
