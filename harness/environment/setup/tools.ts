import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { childEnvironment } from '../../base/child-env.ts';
import { FaultlineError } from '../../base/errors.ts';
import { dyingWithParent } from '../../base/parent-death.ts';
import type { Variables } from './parts.ts';

/** Programs that set-up needs, with the way to get them. */
const WAY_OUT = {
  java: 'install a Java 17 runtime or newer (Debian: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17), or set JAVA_HOME',
  mvn: "install Maven (Debian: apt-get install maven; macOS: brew install maven); it is needed once, to fetch Kafka's jars",
  go: 'install Go 1.23 or newer, or set TOXIPROXY_BIN to a toxiproxy-server 2.12; it is needed once, to build Toxiproxy',
  tar: 'install tar',
} as const;

export type Tool = keyof typeof WAY_OUT;

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** Full path of a program on the PATH, or null. */
export const find = (name: string, env: Variables): string | null => {
  for (const folder of (env['PATH'] ?? '').split(delimiter))
    if (folder !== '' && isProgram(join(folder, name))) return join(folder, name);
  return null;
};

/** Full path of a tool. @throws FaultlineError 'setup' with the way to get it */
export const need = (tool: Tool, env: Variables, what: string): string => {
  const path = find(tool, env);
  if (path === null) throw new FaultlineError('setup', `${tool} is not on the PATH; ${what}`, WAY_OUT[tool]);
  return path;
};

/** The way to get a tool, in words. */
export const wayOut = (tool: Tool): string => WAY_OUT[tool];

const lastLines = (text: string, count: number): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');

export interface RunOptions {
  readonly env: Variables;
  readonly cwd?: string;
  readonly input?: string;
  /** Whom it runs as, when this process is root and the program refuses that. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What it is for, in the words of an error: "fetching Kafka's jars". */
  readonly doing: string;
  /** ms; set-up never hangs for good. */
  readonly timeout: number;
  readonly hint?: string;
}

/** Runs a program to its end and returns its standard output. @throws FaultlineError 'setup' with its last lines */
export const run = async (command: readonly [string, ...string[]], options: RunOptions): Promise<string> => {
  const [program, ...args] = dyingWithParent('KILL', command);
  const result = await execa(program, args, {
    env: childEnvironment(options.env),
    extendEnv: false,
    cwd: options.cwd ?? '/',
    timeout: options.timeout,
    reject: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.user === undefined ? {} : { uid: options.user.uid, gid: options.user.gid }),
  });
  if (!result.failed) return result.stdout;
  const how = result.timedOut
    ? `did not end within ${options.timeout / 1000} s`
    : result.exitCode === undefined
      ? `ended by ${result.signal ?? result.shortMessage}`
      : `exit code ${result.exitCode}`;
  const said = lastLines(`${result.stdout}\n${result.stderr}`, 12);
  throw new FaultlineError(
    'setup',
    `${options.doing} failed: ${command[0]}: ${how}${said && `\n${said}`}`,
    options.hint,
  );
};
