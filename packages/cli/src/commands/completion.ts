import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { DescribedVerb } from '../completion/describe-program.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';

type Shell = 'bash' | 'zsh' | 'fish';

export function define(command: Command, start: Start): void {
  command
    .addArgument(new Argument('<shell>', 'which one').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      examples(
        'completion bash > /etc/bash_completion.d/backup-admin',
        'completion zsh > "${fpath[1]}/_backup-admin"',
        'completion fish > ~/.config/fish/completions/backup-admin.fish',
      ),
    )
    .action((shell: Shell) => start((cli) => complete(cli, shell)));
}

async function complete(cli: Cli, shell: Shell): Promise<void> {
  const { buildProgram } = await import('../program.ts');
  const { describeProgram } = await import('../completion/describe-program.ts');
  const refuse = (): never => {
    throw new Error('describing the program calls nothing');
  };
  const described = describeProgram(
    await buildProgram(() => true, { terminal: cli.terminal, connect: refuse }),
  );
  const script = await write(shell, described);
  cli.answer({ shell, script }, () => [script.trimEnd()]);
}

async function write(shell: Shell, described: DescribedVerb): Promise<string> {
  switch (shell) {
    case 'bash':
      return (await import('../completion/bash.ts')).bashCompletion(described);
    case 'zsh':
      return (await import('../completion/zsh.ts')).zshCompletion(described);
    case 'fish':
      return (await import('../completion/fish.ts')).fishCompletion(described);
    default:
      return shell satisfies never;
  }
}
