import type { Command, Option } from 'commander';

export type DescribedFlag = {
  /** `--sort` */
  readonly name: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  /** Its value is a path. */
  readonly isPath: boolean;
};
export type DescribedVerb = {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly DescribedFlag[];
  readonly verbs: readonly DescribedVerb[];
  /** Words it takes besides flags, where they are known. */
  readonly words: readonly string[];
};

const PATHS: ReadonlySet<string> = new Set(['--token-file', '--dir', '--output', '--env-file']);

/** The verbs and flags as data: what the completion scripts are written from. */
export function describeProgram(program: Command): DescribedVerb {
  const described = describeVerb(program);
  const words = described.verbs.map((verb) => verb.name);
  // Commander's own verb, which is not among its commands.
  const help: DescribedVerb = { name: 'help', summary: 'help on a verb', flags: [], verbs: [], words };
  return { ...described, verbs: [...described.verbs, help] };
}

function describeVerb(program: Command): DescribedVerb {
  return {
    name: program.name(),
    summary: program.summary() || program.description(),
    flags: program.options.filter((option) => !option.hidden).map(describeFlag),
    verbs: program.commands.map(describeVerb),
    words: program.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
  };
}

const describeFlag = (option: Option): DescribedFlag => ({
  name: option.long ?? option.flags,
  description: option.description,
  takesValue: option.required || option.optional,
  choices: option.argChoices ?? [],
  isPath: PATHS.has(option.long ?? ''),
});
