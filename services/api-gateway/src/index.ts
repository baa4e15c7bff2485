export { startApiGateway } from './start.ts';
