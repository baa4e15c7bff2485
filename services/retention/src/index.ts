export { startRetention } from './start.ts';
