import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { readRelease } from '../release.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';

export function define(command: Command, start: Start): void {
  command
    .addHelpText('after', examples('version', 'version --json'))
    .action(() => start((cli) => Promise.resolve(version(cli))));
}

function version(cli: Cli): void {
  const release = readRelease();
  cli.answer({ version: release, node: process.versions.node }, () =>
    cli.options.verbose
      ? [`backup-admin ${release}`, `node ${process.versions.node}`]
      : [`backup-admin ${release}`],
  );
}
