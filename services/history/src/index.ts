export { startHistory } from './start.ts';
