import type { Envelope, Run } from '@holdfast/contracts';

export const told = (event: Envelope, run: Run): string => `${event.type} ${run.state}`;
