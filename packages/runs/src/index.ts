export * from './run-id.ts';
export * from './make-event.ts';
export * from './runs.ts';
export * from './perform-run.ts';
export * from './cancel-run.ts';
export * from './patiently.ts';
export * from './decide.ts';
