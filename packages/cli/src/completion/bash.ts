import type { DescribedFlag, DescribedVerb } from './describe-program.ts';

/** A script for `source`, or for /etc/bash_completion.d. */
export function bashCompletion(program: DescribedVerb): string {
  const { name, flags, verbs } = program;
  const all = [program, ...verbs];
  const values = uniqueFlags([
    ...flags,
    ...verbs.flatMap((verb) => [...verb.flags, ...verb.verbs.flatMap((sub) => sub.flags)]),
  ]);
  return `# bash completion of ${name}: source <(${name} completion bash)
_${ident(name)}() {
  local cur prev verb sub word i
  cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb= sub=
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${flags
        .filter(({ takesValue }) => takesValue)
        .map((flag) => flag.name)
        .join('|')}) ((i++)) ;;
      -*) ;;
      *) if [[ -z $verb ]]; then verb=$word; elif [[ -z $sub ]]; then sub=$word; fi ;;
    esac
  done
  case $prev in
${values.map(valueCase).join('\n')}
  esac
  case $verb/$sub in
${all.flatMap((verb) => verbCases(verb === program ? '' : verb.name, verb, flags)).join('\n')}
  esac
}
complete -F _${ident(name)} ${name} ./${name}
`;
}

const ident = (name: string): string => name.replaceAll('-', '_');

function uniqueFlags(flags: readonly DescribedFlag[]): readonly DescribedFlag[] {
  const byName = new Map<string, DescribedFlag>();
  for (const flag of flags) if (flag.takesValue && !byName.has(flag.name)) byName.set(flag.name, flag);
  return [...byName.values()];
}

function valueCase({ name, choices, isPath }: DescribedFlag): string {
  const reply = isPath
    ? 'COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames'
    : `COMPREPLY=(${choices.length === 0 ? '' : `$(compgen -W '${choices.join(' ')}' -- "$cur")`})`;
  return `    ${name}) ${reply}; return ;;`;
}

function verbCases(
  path: string,
  verb: DescribedVerb,
  globalFlags: readonly DescribedFlag[],
): readonly string[] {
  const flags = (own: DescribedVerb): string =>
    [...new Set([...own.flags, ...globalFlags].map((flag) => flag.name)), '--help'].join(' ');
  const offer = (pattern: string, words: string): string =>
    `    ${pattern}) COMPREPLY=($(compgen -W '${words}' -- "$cur")) ;;`;
  const subs = path === '' ? [] : verb.verbs.map((sub) => offer(`${path}/${sub.name}`, flags(sub)));
  const next = [...verb.verbs.map((sub) => sub.name), ...verb.words].join(' ');
  return [...subs, offer(path === '' ? '/' : `${path}/*`, `${next} ${flags(verb)}`.trim())];
}
