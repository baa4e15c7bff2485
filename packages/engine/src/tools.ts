import { chooseTools, findTools, type Tools } from '@holdfast/postgres';

/** The installed client tools that fit a server; throws tools_missing or server_newer_than_tools. */
export async function toolsFor(serverVersion: number): Promise<Tools> {
  return chooseTools(await findTools(), serverVersion);
}
