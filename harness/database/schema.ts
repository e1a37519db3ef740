/** Brings the team's schema into an empty database: an SQL file, or the team's own migrations as a command. */
import { readFile } from 'node:fs/promises';
import { DatabaseError } from 'pg';
import { childEnvironment } from '../base/child-env.ts';
import { FaultlineError } from '../base/errors.ts';
import { obstacleToStart } from '../base/find-program.ts';
import { createRedactor, secretsOf } from '../base/redact.ts';
import { runToEnd } from '../base/run-to-end.ts';
import type { RanToEnd } from '../base/run-to-end.ts';
import { schemaFiles } from '../config/schema-files.ts';
import type { SchemaSource } from '../config/types.ts';
import { connectionTo, withClient, workerUrl } from './access.ts';
import type { PostgresAddress } from '../addresses/address.ts';

/** ms until a schema command is ended. */
const COMMAND_TIMEOUT_MS = 120_000;
const OUTPUT_LINES = 30;

type Environment = Readonly<Record<string, string | undefined>>;

/** What a schema command inherits, and who hears what it did besides. */
export interface Means {
  readonly env: Environment;
  readonly say: (line: string) => void;
}

const where = (sql: string, position: string | undefined): string => {
  const at = Number(position);
  return position === undefined || !Number.isInteger(at) ? '' : ` line ${sql.slice(0, at).split('\n').length}:`;
};

const applyFile = async (server: PostgresAddress, database: string, file: string): Promise<void> => {
  const sql = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new FaultlineError(
      'config',
      `database.schema: the file ${file} cannot be read (${error.code ?? error.message})`,
      'Name an existing SQL file in database.schema, or leave it out for fixtures/schema.sql.',
    );
  });
  await withClient(connectionTo(server, 'worker', database), (client) => client.query(sql)).catch((error: unknown) => {
    if (!(error instanceof DatabaseError)) throw error;
    throw new FaultlineError(
      'config',
      `database.schema: ${file}:${where(sql, error.position)} ${error.message}`,
      'It must be plain SQL that an ordinary role, the owner of an empty database, may run (no psql commands). ' +
        'For anything else give a command instead of a file.',
    );
  });
};

const lastLines = (output: string): string => output.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n');

const endingOf = ({ failed, code, signal, timedOut }: RanToEnd): string => {
  if (timedOut) return `did not end within ${COMMAND_TIMEOUT_MS / 1000} s`;
  if (failed !== undefined) return `could not be run (${failed})`;
  return code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
};

const applyCommand = async (
  server: PostgresAddress,
  database: string,
  source: Extract<SchemaSource, { command: unknown }>,
  { env, say }: Means,
): Promise<void> => {
  checkSchemaCommand(source, env);
  const url = workerUrl(server, database);
  const ran = await runToEnd(source.command, {
    cwd: source.cwd,
    env: { ...childEnvironment(env), ...source.env, DATABASE_URL: url, POSTGRES_URL: url },
    timeoutMs: COMMAND_TIMEOUT_MS,
  });
  const redact = createRedactor([server.worker.password, ...secretsOf({ ...source.env, DATABASE_URL: url })]);
  const command = `database.schema: the command \`${redact(source.command.join(' '))}\``;
  const left = ran.leftOthers ? `${command} left others running, which were ended` : '';
  if (ran.failed === undefined && ran.code === 0 && !ran.timedOut) {
    if (left !== '') say(left);
    return;
  }
  const output = lastLines(redact(ran.output));
  throw new FaultlineError(
    'config',
    `${command} ${endingOf(ran)}${output === '' ? '' : `:\n${output}`}${left === '' ? '' : `\n${left}`}`,
    `It runs in ${source.cwd} and finds the empty database in DATABASE_URL and POSTGRES_URL.`,
  );
};

/**
 * Whether a schema command can be started at all, before anything else is. `env` is what it would inherit.
 * Errors: FaultlineError 'config'.
 */
export const checkSchemaCommand = (source: SchemaSource, env: Environment): void => {
  if ('file' in source) return;
  const { command, cwd } = source;
  const [program] = command;
  const obstacle = obstacleToStart(program, cwd, source.env['PATH'] ?? env['PATH']);
  if (obstacle === undefined) return;
  const said = {
    'no-folder': `its folder does not exist: ${cwd}`,
    'not-found': `its command was not found: ${program}`,
    'not-executable': `${program} is not executable`,
  } as const;
  throw new FaultlineError(
    'config',
    `database.schema: ${said[obstacle.why]}\n  command: ${command.join(' ')}\n  cwd: ${cwd}`,
    obstacle.why === 'not-executable'
      ? `Run chmod +x ${obstacle.file}, or name its interpreter in \`database.schema\`.`
      : 'Install it, or correct `database.schema` in faultline.config.ts.',
  );
};

/**
 * Applies the schema as the worker role, so that its tables belong to it. Throws one FaultlineError 'config' with the line or the output.
 */
export const applySchema = async (
  server: PostgresAddress,
  database: string,
  source: SchemaSource,
  means: Means,
): Promise<void> => {
  if (!('file' in source)) return applyCommand(server, database, source, means);
  for (const file of schemaFiles(source)) await applyFile(server, database, file);
};
