export { generateMutation, mutatedRows, type MutationOptions } from './generate-mutation.ts';
export { generateSample } from './generate-sample.ts';
export type { SampleOptions } from './options.ts';
export { SampleError, type SampleErrorCode } from './sample-error.ts';
export { sampleManifest, type SampleManifest } from './sample-manifest.ts';
