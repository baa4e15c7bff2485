import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Finding } from '../doctor/finding.ts';
import { worstOf } from '../doctor/finding.ts';
import { renderFindings } from '../render/findings.ts';
import { counted } from '../render/quantities.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';

export type DoctorFlags = { readonly envFile?: string; readonly strict?: true };

export function define(command: Command, start: Start): void {
  command
    .description(
      'Check everything an installation needs, and say how to mend what is wrong: the server and what it knows, and on this machine the settings, client tools, bus, repository, keys and databases. With --local this machine alone.',
    )
    .option('--env-file <file>', 'take the settings from a configuration file, as "init" writes it')
    .option('--strict', 'warnings fail too')
    .addHelpText(
      'after',
      examples(
        'doctor',
        '--local doctor --env-file /etc/holdfast/holdfast.env',
        'doctor --json | jq \'.findings[] | select(.outcome != "ok")\'',
      ),
    )
    .action((flags: DoctorFlags) => start((cli) => doctor(cli, flags)));
}

async function doctor(cli: Cli, { envFile, strict }: DoctorFlags): Promise<void> {
  const env = envFile === undefined ? cli.terminal.env : { ...cli.terminal.env, ...(await readEnv(envFile)) };
  const { lookHere } = await import('../doctor/look-here.ts');
  const nowMs = (): number => cli.terminal.nowMs();
  const [server, here] = await Promise.all([
    cli.options.local ? [] : askServer(cli),
    lookHere(cli.options, env, nowMs),
  ]);
  const places = [
    ...(server.length === 0 ? [] : [{ title: 'The server', findings: server }]),
    { title: 'This machine', findings: here },
  ];
  tell(cli, places, strict ?? false);
}

async function askServer(cli: Cli): Promise<readonly Finding[]> {
  const { lookAtServer } = await import('../doctor/look-at-server.ts');
  return lookAtServer(await cli.connectServer(), () => cli.terminal.nowMs());
}

type Places = readonly { readonly title: string; readonly findings: readonly Finding[] }[];

/** The exit code is the worst finding's: what is critical fails, warnings only with `--strict`. */
function tell(cli: Cli, places: Places, isStrict: boolean): void {
  const findings = places.flatMap((place) => place.findings);
  const worst = worstOf(findings);
  const critical = findings.filter(({ outcome }) => outcome === 'critical').length;
  const warnings = findings.filter(({ outcome }) => outcome === 'warning').length;
  const lines = (): readonly string[] =>
    cli.options.quiet
      ? findings
          .filter(({ outcome }) => outcome === 'critical' || outcome === 'warning')
          .map(({ outcome, check, subject, detail }) =>
            [outcome, check, subject, detail].filter(Boolean).join(' '),
          )
      : renderFindings(cli, places);
  if (critical > 0 || (isStrict && warnings > 0)) {
    cli.print(lines());
    throw new CliError(worst?.detail ?? '', {
      code: worst?.code ?? 'internal',
      title: `${counted(critical, 'critical finding')}, ${counted(warnings, 'warning')}`,
      next: worst?.mend,
      document: { findings },
    });
  }
  cli.answer({ findings }, lines);
}

async function readEnv(path: string): Promise<Readonly<Record<string, string | undefined>>> {
  try {
    return parseEnv(await readFile(path, 'utf8'));
  } catch (cause) {
    throw usageError(
      `--env-file: ${path} cannot be read (${cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)}).`,
      'check the path and its rights',
    );
  }
}
