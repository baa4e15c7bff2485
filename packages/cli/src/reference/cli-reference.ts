import type { Argument, Command, Option } from 'commander';
import { buildProgram } from '../program.ts';
import { errorCodesByExit } from './exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** docs/reference/cli.md, from the verbs' own declarations: nothing in it is written twice. */
export async function cliReference(): Promise<string> {
  const refuse = (): never => {
    throw new Error('describing the program calls nothing');
  };
  const program = await buildProgram(() => true, { terminal: NOBODY, connect: refuse });
  const { verbs } = await import('../verbs.ts');
  const local = new Set(Object.entries(verbs).flatMap(([name, verb]) => (verb.local ? [name] : [])));
  return [
    '<!-- Generated from the verbs by "npm run generate". -->',
    '# `backup-admin`',
    '',
    program.description(),
    '',
    'The result goes to stdout, and nothing else: with `--json` one JSON document, errors too (`{ "error": { "code", "message" } }`); `events` and `monitor`, which do not end, write one a line. Progress, questions and notes go to stderr. `NO_COLOR` and `--no-color` take the colour away.',
    '',
    '## Flags of every verb',
    '',
    ...flagTable(program.options),
    '',
    'From the environment: `HOLDFAST_URL`, `HOLDFAST_TOKEN`, `HOLDFAST_TOKEN_FILE`, `HOLDFAST_PROFILE`, `HOLDFAST_HOME`, `NO_COLOR`, `FORCE_COLOR`; with `--local` also [the settings of the services](settings.md). A flag wins over the profile, which wins over the environment.',
    '',
    '## Exit codes',
    '',
    '| Code | Meaning | Error codes |',
    '| --- | --- | --- |',
    ...errorCodesByExit().map(({ exit, meaning, codes }) => `| ${exit} | ${meaning} | ${codes} |`),
    '',
    '## Verbs',
    '',
    '| Verb | What it does | With `--local` |',
    '| --- | --- | --- |',
    ...program.commands.map(
      (verb) =>
        `| [\`${verb.name()}\`](#${verb.name()}) | ${cell(verb.summary())} | ${local.has(verb.name()) ? 'yes' : ''} |`,
    ),
    '',
    ...program.commands.flatMap((verb) => section(verb, [], 2)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function section(command: Command, before: readonly string[], depth: number): readonly string[] {
  const path = [...before, command.name()];
  const isGroup = command.commands.length > 0;
  const words = command.registeredArguments;
  const usage = [
    'backup-admin',
    ...path,
    ...words.map(argumentText),
    command.options.length > 0 ? '[flags]' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
  const fallback = isGroup ? defaultVerb(command) : undefined;
  return [
    `${'#'.repeat(depth)} ${path.join(' ')}`,
    '',
    command.description(),
    '',
    ...(isGroup && fallback === undefined && command.options.length === 0
      ? []
      : [
          '```',
          isGroup && fallback !== undefined ? `backup-admin ${path.join(' ')} [${fallback}]` : usage,
          '```',
          '',
        ]),
    ...words.flatMap((word) =>
      word.description ? [`- \`${argumentText(word)}\`: ${cell(word.description)}`] : [],
    ),
    ...(words.some(({ description }) => description) ? [''] : []),
    ...(command.options.length > 0 ? [...flagTable(command.options), ''] : []),
    ...exampleLines(command),
    ...command.commands.flatMap((sub) => section(sub, path, depth + 1)),
  ];
}

/** The verb that a group stands for when none is named. Commander keeps its name to itself. */
function defaultVerb(command: Command): string | undefined {
  const name: unknown = Reflect.get(command, '_defaultCommandName');
  return typeof name === 'string' ? name : undefined;
}

const argumentText = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
};

function flagTable(options: readonly Option[]): readonly string[] {
  return [
    '| Flag | Meaning |',
    '| --- | --- |',
    ...options
      .filter((option) => !option.hidden)
      .map((option) => `| \`${option.flags}\` | ${meaningOf(option)} |`),
  ];
}

function meaningOf(option: Option): string {
  const required = option.mandatory && option.defaultValue === undefined ? ['needed'] : [];
  const choices = option.argChoices
    ? [`one of ${option.argChoices.map((each) => `\`${each}\``).join(', ')}`]
    : [];
  const isTold = option.description.includes('[');
  const byDefault: unknown = option.defaultValue;
  const usual =
    (typeof byDefault === 'string' || typeof byDefault === 'number') && !isTold
      ? [`default \`${byDefault}\``]
      : [];
  return [option.description, ...required, ...choices, ...usual]
    .filter((part) => part !== '')
    .map(cell)
    .join('; ');
}

/** The examples that the help ends with. */
function exampleLines(command: Command): readonly string[] {
  const written: string[] = [];
  command.configureOutput({ writeOut: (text) => void written.push(text) }).outputHelp();
  const lines = (written.join('').split('\nExamples:\n')[1] ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const shown = lines.filter((line) => line.startsWith('  backup-admin')).map((line) => line.slice(2));
  return shown.length === 0 ? [] : ['```sh', ...shown, '```', ''];
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');

/** Nothing of the machine it is generated on shows in it. */
const silent = {
  isTTY: false,
  columns: undefined,
  rows: undefined,
  write: () => undefined,
  writeBytes: () => Promise.resolve(),
};
const NOBODY: Terminal = {
  stdout: silent,
  stderr: silent,
  env: {},
  canAsk: false,
  nowMs: () => 0,
  ask: () => Promise.resolve(undefined),
  onInterrupt: () => () => undefined,
  onKey: () => () => undefined,
  exit: () => undefined,
};
