/** What an installation has to be told; everything else has a default. */
export type Answers = {
  /** `postgres://…`, or the entries of BACKUP_DATABASES. */
  readonly databases: string;
  /** A folder, or destination URLs. */
  readonly repository: string;
  /** Public keys that backups are encrypted to; empty: they are not. */
  readonly recipients: string;
  /** The private key, where one was made. */
  readonly identityFile?: string | undefined;
  /** `HH:MM`; undefined: no backup is made by itself. */
  readonly time?: string | undefined;
  readonly timezone: string;
  readonly slackUrl?: string | undefined;
  readonly email?: string | undefined;
};

export type Setting = readonly [name: string, value: string];
export type Section = { readonly about: string; readonly settings: readonly Setting[] };

/** The settings that the answers come to, by what they are about. Pure. */
export function planConfiguration(answers: Answers): readonly Section[] {
  const { databases, repository, recipients, identityFile, time, timezone, slackUrl, email } = answers;
  const isSingle = /^postgres(ql)?:\/\/\S+$/.test(databases.trim()) && !/\/\*/.test(databases);
  const isUrl = /(^|[\s,=])[a-z0-9]+:\/\//.test(repository);
  const given = (name: string, value: string | undefined): readonly Setting[] =>
    value === undefined || value === '' ? [] : [[name, value]];
  const sections: readonly Section[] = [
    {
      about: 'What is backed up',
      settings: [[isSingle ? 'DATABASE_URL' : 'BACKUP_DATABASES', databases.trim()]],
    },
    { about: 'Where to', settings: [[isUrl ? 'BACKUP_DESTINATIONS' : 'BACKUP_DIR', repository.trim()]] },
    {
      about: 'Encryption: who has the private key reads the backups, and nobody else',
      settings: [
        ...given('BACKUP_AGE_RECIPIENTS', recipients),
        ...given('BACKUP_AGE_IDENTITY_FILE', identityFile),
      ],
    },
    {
      about: 'When: a full backup every day at this time',
      settings:
        time === undefined
          ? []
          : [
              ['AUTO_BACKUP_ENABLED', 'true'],
              ['BACKUP_TIME', time],
              ['BACKUP_TIMEZONE', timezone],
            ],
    },
    {
      about: 'Who is told',
      settings: [
        ...given('BACKUP_SLACK_WEBHOOK_URL', slackUrl),
        ...given('BACKUP_NOTIFICATION_EMAIL', email),
      ],
    },
  ];
  return sections.filter(({ settings }) => settings.length > 0);
}

/** An environment file as systemd, compose, `node --env-file` and a shell read it. Throws RangeError for what none can hold. */
export function environmentFile(sections: readonly Section[]): string {
  const blocks = sections.map(({ about, settings }) =>
    [`# ${about}`, ...settings.map(([name, value]) => `${name}=${quoted(value)}`)].join('\n'),
  );
  return `# Settings of Holdfast: docs/reference/settings.md has them all. It holds secrets: keep it 0600.\n\n${blocks.join('\n\n')}\n`;
}

function quoted(value: string): string {
  if (/['\r\n\0]/.test(value))
    throw new RangeError('a value with a quote or a line break does not go into such a file');
  return /^[\w./:@%+,=-]*$/.test(value) ? value : `'${value}'`;
}
