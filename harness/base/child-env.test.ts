import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workerEnvironment } from '../workers/command.ts';
import { childEnvironment } from './child-env.ts';
import { packageRoot } from './package-root.ts';

const SECRETS = {
  FAULTLINE_KAFKA_PASSWORD: 'a',
  FAULTLINE_POSTGRES_URL: 'b',
  FAULTLINE_SOMETHING_OF_TOMORROW: 'c',
  PACT_BROKER_TOKEN: 'd',
  PACT_BROKER_BASE_URL: 'e',
  pact_broker_password: 'f',
};

test('what is Faultline’s alone is not passed on; the rest is', () => {
  expect(childEnvironment({ ...SECRETS, PATH: '/bin', REDIS_URL: 'redis://x', GONE: undefined })).toEqual({
    PATH: '/bin',
    REDIS_URL: 'redis://x',
  });
});

test('a worker gets none of it, but what its configuration gives it by name', () => {
  const config = { env: { FAULTLINE_RETRY_FIRST_MS: '20' } } as unknown as Parameters<typeof workerEnvironment>[1];
  const addresses = { kafkaBrokers: 'k', databaseUrl: 'd', serviceUrls: { 'admin-service': 'a' } };
  const env = workerEnvironment({ ...SECRETS, PATH: '/bin' }, config, {}, addresses);
  expect(Object.keys(env).filter((name) => name in SECRETS)).toEqual([]);
  expect(env).toMatchObject({ PATH: '/bin', FAULTLINE_RETRY_FIRST_MS: '20' });
});

/** They start a program of the system's own with nothing of ours, or give it an environment that is written out. */
const WRITTEN_OUT: Readonly<Record<string, RegExp>> = {
  'pact/provider/verifier.ts': /env: \{ PACT_DO_NOT_TRACK: 'true' \}/,
  // The broker's own credentials, for the client of the broker.
  'pact/broker/pact-cli.ts': /env: \{ \.\.\.Object\.fromEntries\(passed\), \.\.\.broker\.environment/,
  'environment/embedded/postgres.ts': /env: NOTHING/,
  'environment/embedded/owner.ts': /env: \{ PATH/,
  'base/parent-death.ts': /env: \{\}/,
  // Whoever runs it gives all of it.
  'base/run-to-end.ts': /env: \{ \.\.\.env, \[MARK\]: mark \}/,
  'base/remove-tree.ts': /env: \{ PATH: process/,
};

test('every place that starts something filters, or writes the environment out', () => {
  const root = join(packageRoot, 'harness');
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !/\.test\.ts$|\btesting\b/.test(path),
  );
  const starting = sources.filter((path) =>
    /\b(spawn|spawnSync|execa|execaSync|execFile|execFileSync|exec|execSync|fork)\(/.test(
      readFileSync(join(root, path), 'utf8').replaceAll(/\.exec\(/g, ''),
    ),
  );
  expect(starting.length).toBeGreaterThan(8);
  const open = starting.filter((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return !(WRITTEN_OUT[path]?.test(text) ?? /childEnvironment\(|workerEnvironment\(/.test(text));
  });
  expect(open).toEqual([]);
});
