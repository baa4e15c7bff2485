import { chooseTools, findTools, type Tools } from '@holdfast/postgres';

/** The installed client tools that fit a server; throws tools_missing or server_newer_than_tools. */
export async function toolsFor(serverVersion: number): Promise<Tools> {
  return chooseTools(await findTools(), serverVersion);
}

/** For content that does not say where it is from; throws tools_missing. */
export async function newestTools(): Promise<Tools> {
  const installed = await findTools();
  return chooseTools(installed, Math.max(0, ...installed.map(({ major }) => major)) * 10_000);
}
