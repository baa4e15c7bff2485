import type { DescribedFlag, DescribedVerb } from './describe-program.ts';

/** A script for ~/.config/fish/completions/backup-admin.fish. */
export function fishCompletion({ name, flags, verbs }: DescribedVerb): string {
  const lines = [
    `# fish completion of ${name}: ${name} completion fish | source`,
    `complete -c ${name} -f`,
    ...flags.map((flag) => `complete -c ${name} ${flagPart(flag)}`),
    ...verbs.flatMap((verb) => verbLines(name, verb, verbs)),
  ];
  return `${lines.join('\n')}\n`;
}

function verbLines(name: string, verb: DescribedVerb, siblings: readonly DescribedVerb[]): readonly string[] {
  const others = siblings.map((sibling) => sibling.name).join(' ');
  const seen = `__fish_seen_subcommand_from ${verb.name}`;
  const subs = verb.verbs.map((sub) => sub.name).join(' ');
  return [
    `complete -c ${name} -n ${quote(`not __fish_seen_subcommand_from ${others}`)} -a ${verb.name} -d ${quote(verb.summary)}`,
    ...verb.flags.map((flag) => `complete -c ${name} -n ${quote(seen)} ${flagPart(flag)}`),
    ...(verb.words.length === 0
      ? []
      : [`complete -c ${name} -n ${quote(seen)} -a ${quote(verb.words.join(' '))}`]),
    ...verb.verbs.flatMap((sub) => [
      `complete -c ${name} -n ${quote(`${seen}; and not __fish_seen_subcommand_from ${subs}`)} -a ${sub.name} -d ${quote(sub.summary)}`,
      ...sub.flags.map(
        (flag) =>
          `complete -c ${name} -n ${quote(`${seen}; and __fish_seen_subcommand_from ${sub.name}`)} ${flagPart(flag)}`,
      ),
    ]),
  ];
}

function flagPart({ name, description, takesValue, choices, isPath }: DescribedFlag): string {
  const values = choices.length === 0 ? '' : ` -a ${quote(choices.join(' '))}`;
  // -x: a value, and none of the files around.
  const wants = takesValue ? (isPath ? ' -r -F' : ` -x${values}`) : '';
  return `-l ${name.replace(/^--/, '')}${wants} -d ${quote(description)}`;
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
