import process from 'node:process';
import { getContainerRuntimeClient } from 'testcontainers';

const LABEL = 'holdfast.test-containers';

/** What every container of this process carries: there is no reaper, so whoever starts one finds it again by this. */
export const OURS = { [LABEL]: String(process.pid) };

/** Removes containers of this process, and of earlier ones that are gone. */
export async function removeLeftovers(): Promise<void> {
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const found = await dockerode.listContainers({ all: true, filters: { label: [LABEL] } });
  for (const { Id, Labels } of found) {
    const owner = Number(Labels[LABEL]);
    if (owner === process.pid || !isAlive(owner)) await dockerode.getContainer(Id).remove({ force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
