import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/package-root.ts';
import { inspectMachine } from '../doctor.ts';
import { findJava } from './java.ts';
import { kafkaJars } from './kafka-jars.ts';
import type { SetupOptions } from './parts.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { ensureSetup } from './setup.ts';
import { find, run } from './tools.ts';
import { toxiproxyServer } from './toxiproxy.ts';
import { VERSIONS } from './versions.ts';

const filled = join(packageRoot, '.faultline');
let work: string;
let said: string[];

beforeAll(() => ensureSetup({ cacheDir: filled, env: process.env, progress: () => undefined }), 10 * 60_000);
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'faultline-setup-'));
  said = [];
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

/** Options whose PATH holds these programs only. */
const withTools = (names: readonly string[], cacheDir = join(work, 'cache')): SetupOptions => {
  const bin = join(work, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of names) symlinkSync(find(name, process.env) ?? '/nowhere', join(bin, name));
  return { cacheDir, env: { HOME: process.env['HOME'], PATH: bin }, progress: (line) => said.push(line) };
};

const script = (name: string, content: string): string => {
  const path = join(work, name);
  writeFileSync(path, `#!/bin/sh\n${content}\n`);
  chmodSync(path, 0o755);
  return path;
};

describe('a set-up that is complete', () => {
  it('needs neither Maven nor Go, builds nothing and says nothing', async () => {
    const entries = (): string[] => readdirSync(filled).filter((name) => /^(kafka|postgres|toxiproxy)/.test(name));
    const before = entries();
    const options = withTools(['java', 'tar'], filled);
    const parts = await ensureSetup(options);
    expect(said).toEqual([]);
    expect(entries()).toEqual(before);
    for (const path of [
      parts.kafka.storage,
      parts.kafka.archive ?? '',
      parts.postgres.home,
      parts.postgres.template,
      parts.toxiproxy.command,
    ])
      expect(existsSync(path), path).toBe(true);
  });

  it('has everything by the versions that pom.xml and the documentation name', async () => {
    expect(readFileSync(join(packageRoot, 'pom.xml'), 'utf8')).toContain(`<version>${VERSIONS.kafka}</version>`);
    const { kafka } = await ensureSetup(withTools(['java', 'tar'], filled));
    expect(kafka.classPath).toContain(`kafka_2.13-${VERSIONS.kafka}.jar`);
    expect(kafka.classPath).not.toContain('log4j-core');
  });
});

describe('a missing tool', () => {
  it.each([
    [
      'mvn',
      (options: SetupOptions) => kafkaJars(options),
      /^mvn is not on the PATH; Kafka 4\.2\.0's jars cannot be fetched$/,
      /install Maven/,
    ],
    [
      'go',
      (options: SetupOptions) => toxiproxyServer(options),
      /^go is not on the PATH; Toxiproxy 2\.12\.0 cannot be built/,
      /TOXIPROXY_BIN/,
    ],
    [
      'java',
      (options: SetupOptions) => findJava(options.env),
      /^java is not on the PATH; Kafka runs on it$/,
      /JAVA_HOME/,
    ],
  ] as const)('%s is one clear error', async (_tool, use, message, hint) => {
    const error = await use(withTools([])).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'setup',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect(readdirSync(work).includes('cache') ? readdirSync(join(work, 'cache', 'unfinished')) : []).toEqual([]);
  });

  it('is told before anything is fetched when only the cache lacks it', async () => {
    mkdirSync(join(work, 'cache'));
    for (const name of readdirSync(filled).filter((entry) => /^(kafka|postgres)/.test(entry)))
      symlinkSync(join(filled, name), join(work, 'cache', name));
    await expect(toxiproxyServer(withTools(['java', 'tar']))).rejects.toThrow(/^go is not on the PATH/);
  });
});

describe('what is fetched', () => {
  /** Options with a Maven that puts these files where it is told to. */
  const mavenThatCopies = (copy: string): SetupOptions => {
    const options = withTools(['cp', 'sed']);
    script('bin/mvn', `for a; do case $a in -DoutputDirectory=*) to=\${a#*=};; esac; done\n${copy}`);
    return options;
  };
  const kept = (): string[] => readdirSync(join(work, 'cache')).filter((name) => name.startsWith('kafka-'));

  it('is refused when a jar is not the one that this version was made with, or one is missing or too many', async () => {
    const right = (await kafkaJars(withTools([], filled))).split(':');
    rmSync(join(work, 'bin'), { recursive: true });
    const [first = '', second = ''] = right;
    const fetched = `cp ${right.slice(1).join(' ')} "$to"; cp ${second} "$to/${basename(first)}"; cp ${second} "$to/more.jar"`;
    await expect(kafkaJars(mavenThatCopies(fetched))).rejects.toMatchObject({
      code: 'setup',
      message: expect.stringMatching(new RegExp(`made with: ${basename(first)}, more\\.jar$`)) as string,
    });
    expect(kept()).toEqual([]);
    rmSync(join(work, 'bin'), { recursive: true });
    await expect(kafkaJars(mavenThatCopies(`cp ${right.slice(1).join(' ')} "$to"`))).rejects.toThrow(
      `${basename(first)} (missing)`,
    );
    rmSync(join(work, 'bin'), { recursive: true });
    expect((await kafkaJars(mavenThatCopies(`cp ${right.join(' ')} "$to"`))).split(':')).toHaveLength(right.length);
  });

  it('is what go.sum says: Go is told to take nothing else', async () => {
    const options = withTools([]);
    script('bin/go', 'echo "$PWD $GOWORK $*" >&2; exit 1');
    await expect(toxiproxyServer(options)).rejects.toThrow(`${packageRoot} off build -mod=readonly `);
  });
});

describe('java', () => {
  it('is taken from JAVA_HOME before the PATH, and refused when too old', async () => {
    mkdirSync(join(work, 'jdk', 'bin'), { recursive: true });
    script('jdk/bin/java', 'exit 1');
    writeFileSync(join(work, 'jdk', 'release'), 'JAVA_VERSION="11.0.2"\n');
    const env = { PATH: process.env['PATH'], JAVA_HOME: join(work, 'jdk') };
    await expect(findJava(env)).rejects.toThrow(/jdk\/bin\/java is Java 11\.0\.2; Kafka 4\.2\.0 needs 17 or newer/);
  });

  it('is asked for its version when it has no release file', async () => {
    mkdirSync(join(work, 'jdk', 'bin'), { recursive: true });
    script('jdk/bin/java', 'echo "openjdk 21.0.1 2023-10-17"');
    expect(await findJava({ JAVA_HOME: join(work, 'jdk') })).toMatchObject({ version: '21.0.1' });
  });
});

describe('Toxiproxy', () => {
  it('is the one that TOXIPROXY_BIN names', async () => {
    const { command } = await ensureSetup({ cacheDir: filled, env: process.env, progress: () => undefined }).then(
      (parts) => parts.toxiproxy,
    );
    const given = { ...withTools([]), env: { TOXIPROXY_BIN: command } };
    expect(await toxiproxyServer(given)).toEqual({ version: VERSIONS.toxiproxy, command });
  });

  it.each([
    ['missing', '/nowhere/toxiproxy'],
    ['another version', 'echo "toxiproxy-server version 2.5.0"'],
  ])('is refused when TOXIPROXY_BIN names one that is %s', async (_case, content) => {
    const path = content.startsWith('/') ? content : script('toxiproxy', content);
    await expect(toxiproxyServer({ ...withTools([]), env: { TOXIPROXY_BIN: path } })).rejects.toThrow(
      new RegExp(`^TOXIPROXY_BIN is ${path}, which is no toxiproxy-server 2\\.12\\.0$`),
    );
  });

  it('is taken from the PATH only in the right version', async () => {
    const options = withTools([]);
    rmSync(join(work, 'bin'), { recursive: true });
    mkdirSync(join(work, 'bin'));
    const path = script('bin/toxiproxy-server', 'echo "toxiproxy-server version 2.12.0"');
    expect((await toxiproxyServer(options)).command).toBe(path);
    script('bin/toxiproxy-server', 'echo "toxiproxy-server version 2.9.0, too old"');
    await expect(toxiproxyServer(options)).rejects.toThrow(/^go is not on the PATH/);
  });
});

describe('PostgreSQL', () => {
  it('has the links that npm packages cannot hold', async () => {
    const { home } = await postgresBinaries(withTools([]));
    const listed = JSON.parse(readFileSync(join(home, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    expect(listed.length).toBeGreaterThan(5);
    for (const { target } of listed)
      expect(
        existsSync(join(home, '..', '..', 'cache', home.split('/').at(-1) ?? '', target.slice('native/'.length))),
        target,
      ).toBe(true);
  });
});

describe('a program that fails', () => {
  it('is named with what it was for and what it said last', async () => {
    const path = script('fails', 'echo "first line"; echo "no route to host" >&2; exit 3');
    const failing = run([path], { env: {}, doing: "fetching Kafka's jars", timeout: 5000, hint: 'check the network' });
    await expect(failing).rejects.toMatchObject({
      code: 'setup',
      message: `fetching Kafka's jars failed: ${path}: exit code 3\nfirst line\nno route to host`,
      hint: 'check the network',
    });
  });

  it('is ended when it hangs', async () => {
    const path = script('hangs', 'exec sleep 60');
    await expect(run([path], { env: process.env, doing: 'building', timeout: 200 })).rejects.toThrow(
      /did not end within 0\.2 s/,
    );
  });
});

describe('the doctor', () => {
  it('finds a set-up machine healthy', async () => {
    const report = await inspectMachine({ cacheDir: filled, env: process.env });
    expect(report.parts.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'there'));
    expect(report).toMatchObject({ healthy: true, cacheDir: filled });
  });

  it('tells what is missing and what to do, and makes nothing', async () => {
    const { cacheDir, env } = withTools(['java', 'tar']);
    const report = await inspectMachine({ cacheDir, env });
    expect(report.healthy).toBe(false);
    expect(report.tools.filter(({ state }) => state === 'missing').map(({ name }) => name)).toEqual(['mvn', 'go']);
    expect(report.tools.find(({ name }) => name === 'mvn')?.remedy).toMatch(/install Maven/);
    expect(new Set(report.parts.map(({ state }) => state))).toEqual(new Set(['not-set-up']));
    expect(existsSync(cacheDir)).toBe(false);
  });

  it('does not miss Maven and Go where they have done their work', async () => {
    const { env } = withTools(['java', 'tar']);
    const report = await inspectMachine({ cacheDir: filled, env });
    expect(report.healthy).toBe(true);
    expect(report.tools.filter(({ state }) => state === 'optional').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['mvn', 'go']),
    );
  });
});
