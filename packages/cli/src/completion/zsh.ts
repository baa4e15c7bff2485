import type { DescribedFlag, DescribedVerb } from './describe-program.ts';

/** A script for a folder in zsh's `fpath`, named `_backup-admin`; it can be sourced too. */
export function zshCompletion({ name, flags, verbs }: DescribedVerb): string {
  const id = `_${name.replaceAll('-', '_')}`;
  const globals = flags.map((flag) => `    ${flagSpec(flag)}`).join('\n');
  return `#compdef ${name}
# zsh completion of ${name}: source <(${name} completion zsh)
${id}() {
  local context state state_descr line
  typeset -A opt_args
  local -a globals=(
${globals}
    '--help[this help]'
  )
  _arguments -C $globals '1:verb:->verb' '*::word:->words'
  case $state in
    verb)
${describe(verbs, '      ')} ;;
    words)
      case $line[1] in
${verbs.map((verb) => `        ${verb.name})\n${verbBody(verb)} ;;`).join('\n')}
      esac ;;
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then ${id} "$@"; else compdef ${id} ${name} ./${name}; fi
`;
}

function verbBody(verb: DescribedVerb): string {
  const specs = verb.flags.map(flagSpec);
  const words = verb.words.length === 0 ? [] : [`'1:word:(${verb.words.join(' ')})'`];
  if (verb.verbs.length === 0) return `          _arguments ${['$globals', ...specs, ...words].join(' ')}`;
  const subs = verb.verbs
    .map(
      (sub) => `            ${sub.name}) _arguments ${['$globals', ...sub.flags.map(flagSpec)].join(' ')} ;;`,
    )
    .join('\n');
  return `          _arguments -C ${['$globals', ...specs].join(' ')} '1:verb:->sub' '*::word:->rest'
          case $state in
            sub)
${describe(verb.verbs, '              ')} ;;
            rest) case $line[1] in
${subs}
            esac ;;
          esac`;
}

const describe = (verbs: readonly DescribedVerb[], indent: string): string =>
  `${indent}local -a verbs=(${verbs.map((verb) => quote(`${verb.name}:${verb.summary}`)).join(' ')})\n${indent}_describe verb verbs`;

function flagSpec({ name, description, takesValue, choices, isPath }: DescribedFlag): string {
  const help = description.replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', '\\:');
  if (!takesValue) return quote(`${name}[${help}]`);
  const values = isPath ? '_files' : choices.length === 0 ? ' ' : `(${choices.join(' ')})`;
  return quote(`${name}=[${help}]:value:${values}`);
}

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
