import { parseDuration } from '@holdfast/contracts';

export const hourMs = parseDuration('1h');
