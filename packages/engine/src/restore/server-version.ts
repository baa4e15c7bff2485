import { withClient, type Target } from '@holdfast/postgres';

/** `server_version_num`, for example 150018. */
export async function serverVersionOf(target: Target): Promise<number> {
  return withClient(target, async (client) => {
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
    return Number(rows[0]?.server_version_num);
  });
}
