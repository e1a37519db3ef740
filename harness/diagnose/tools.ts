/** Lines that a person could type: tools of Kafka and PostgreSQL, quoted for a shell, without credentials. */
import { shellWord } from '../base/shell.ts';

/** Where commands are to be run against: shown in them. */
export interface Where {
  /** `host:port`, by commas. */
  readonly brokers: string;
  /** They ask for TLS or SASL. */
  readonly secured?: boolean;
}

/** Where the brokers ask for TLS or SASL, each tool is told of it by a file. */
const SETTINGS = {
  'kafka-consumer-groups.sh': '--command-config',
  'kafka-topics.sh': '--command-config',
  'kafka-console-consumer.sh': '--consumer.config',
  'kafka-console-producer.sh': '--producer.config',
} as const;

export const kafkaTool = (
  tool: keyof typeof SETTINGS,
  { brokers, secured = false }: Where,
  ...rest: readonly string[]
): string =>
  [
    tool,
    '--bootstrap-server',
    shellWord(brokers),
    ...(secured ? [SETTINGS[tool], 'client.properties'] : []),
    ...rest.map((word) => (word.startsWith('--') ? word : shellWord(word))),
  ].join(' ');

/** What cannot be done by a command that is right as it stands is said: typed, it does nothing. Others' text in it is quoted. */
export const inWords = (sentence: string): string => `# ${sentence}`;

/** Lines that name each of the ids, in any case. */
export const linesNaming = (...ids: readonly string[]): string =>
  ids.map((id) => `grep -iF -e ${shellWord(id)}`).join(' | ');

/** Every committed record of a topic, one a line, up to its end; no group is joined. */
export const everyRecord = (topic: string, { brokers, secured = false }: Where): string =>
  [
    'kcat -C -q -e -o beginning',
    ...(secured ? ['-F kcat.conf'] : []),
    `-b ${shellWord(brokers)} -t ${shellWord(topic)}`,
    String.raw`-f '%p %o %T %k %h %s\n'`,
  ].join(' ');

/** The database's address stays in the environment, with the password that is in it. */
export const psql = (statement: string): string => `psql "$DATABASE_URL" -X -c ${shellWord(statement)}`;
