import { describeStorage } from '../../test/conformance.ts';
import { startS3Server } from '../../test/s3-server.ts';
import { openS3Storage } from './open-s3-storage.ts';

describeStorage('a bucket', async () => {
  const server = await startS3Server();
  const options = { ...server.options, prefix: 'holdfast/db' };
  return {
    storage: await openS3Storage(options),
    another: await openS3Storage(options),
    close: () => server.close(),
  };
});
