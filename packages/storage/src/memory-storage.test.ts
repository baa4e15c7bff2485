import { describeStorage } from '../test/conformance.ts';
import { memoryStorage } from './index.ts';

describeStorage(
  'memory',
  async () => {
    const storage = memoryStorage();
    return { storage, another: storage, close: async () => undefined };
  },
  { holdsObjectsInMemory: true },
);
