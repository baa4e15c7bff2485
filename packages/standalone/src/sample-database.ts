import {
  restorePlainSql,
  dropDatabase,
  databaseExists,
  renameDatabase,
  withClient,
  type Cluster,
} from '@holdfast/postgres';
import { toolsFor } from '@holdfast/engine';
import { generateSample } from '@holdfast/sample-data';

export const SAMPLE_DATABASE = 'toeic';
const SAMPLE_MEGABYTES = 50;
const SAMPLE_SEED = 1;

/** Makes the sample unless it is there. It gets its name only when it is whole: a start that was killed begins again. */
export async function ensureSampleDatabase(
  cluster: Pick<Cluster, 'target' | 'connect'>,
): Promise<'made' | 'there'> {
  if (await databaseExists(cluster.target, SAMPLE_DATABASE)) return 'there';
  const loading = `${SAMPLE_DATABASE}_loading`;
  if (await databaseExists(cluster.target, loading)) await dropDatabase(cluster.target, loading);
  await withClient(cluster.target, (client) =>
    client.query(`create database ${loading} template template0 encoding 'UTF8'`),
  );
  const version = await withClient(cluster.target, async (client) => {
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
    return Number(rows[0]?.server_version_num);
  });
  await restorePlainSql({
    target: cluster.connect(loading),
    tools: await toolsFor(version),
    source: generateSample({ megabytes: SAMPLE_MEGABYTES, seed: SAMPLE_SEED }),
    signal: new AbortController().signal,
  });
  await renameDatabase(cluster.target, loading, SAMPLE_DATABASE);
  return 'made';
}
