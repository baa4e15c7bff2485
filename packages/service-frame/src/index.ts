export { openFrame, type Frame } from './open-frame.ts';
