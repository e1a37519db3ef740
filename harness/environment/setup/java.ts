import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import type { Java, Variables } from './parts.ts';
import { find, need, run, wayOut } from './tools.ts';
import { VERSIONS } from './versions.ts';

/** A JDK's own `release` file says its version without starting a JVM, which takes 0.1 s. */
const fromReleaseFile = (command: string): string | null => {
  try {
    const text = readFileSync(join(dirname(dirname(realpathSync(command))), 'release'), 'utf8');
    return /^JAVA_RUNTIME_VERSION="(.+)"$/m.exec(text)?.[1] ?? /^JAVA_VERSION="(.+)"$/m.exec(text)?.[1] ?? null;
  } catch {
    return null;
  }
};

const fromJvm = async (command: string, env: Variables): Promise<string> => {
  const said = await run([command, '--version'], {
    env,
    doing: 'asking Java for its version',
    timeout: 20_000,
    hint: wayOut('java'),
  });
  return /^\S+ (\d\S*)/.exec(said)?.[1] ?? 'unknown';
};

/** The Java runtime: JAVA_HOME's, else the one on the PATH. @throws FaultlineError 'setup' when missing or too old */
export const findJava = async (env: Variables): Promise<Java> => {
  const home = env['JAVA_HOME'] ?? '';
  const ofHome = home === '' ? null : find('java', { PATH: join(home, 'bin') });
  const command = ofHome ?? need('java', env, 'Kafka runs on it');
  const version = fromReleaseFile(command) ?? (await fromJvm(command, env));
  const major = Number.parseInt(version, 10);
  // Not a number: a vendor's own way of writing versions; Kafka itself will tell.
  if (major < VERSIONS.javaAtLeast)
    throw new FaultlineError(
      'setup',
      `${command} is Java ${version}; Kafka ${VERSIONS.kafka} needs ${VERSIONS.javaAtLeast} or newer`,
      wayOut('java'),
    );
  return { command, version };
};
