import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FaultlineError } from '../base/errors.ts';
import type { ExternalInput } from './define.ts';
import { externalSettings, liveSettings } from './external.ts';
import { TOPICS } from '../pipeline/testing.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { resolveConfig } from './resolve.ts';

const root = mkdtempSync(join(tmpdir(), 'faultline-external-config-'));
writeFileSync(join(root, 'ca.pem'), 'the authority');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const BOTH: ExternalInput = {
  kafka: { brokers: ['kafka.example:9093', '[::1]:9092'] },
  postgres: { url: 'postgres://har:p%40ss-word@db.example/pipeline' },
};

const wrong = (given: ExternalInput | undefined, env: Readonly<Record<string, string>> = {}): FaultlineError => {
  try {
    externalSettings(given, env, { root, pipeline: shippedPipeline });
  } catch (error) {
    if (error instanceof FaultlineError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
};

describe('externalSettings', () => {
  it('reads the configuration', () => {
    expect(externalSettings(BOTH, {}, { root, pipeline: shippedPipeline })).toEqual({
      kafka: {
        brokers: [
          { host: 'kafka.example', port: 9093 },
          { host: '::1', port: 9092 },
        ],
        tls: undefined,
        sasl: undefined,
        prefix: '',
      },
      postgres: {
        host: 'db.example',
        port: 5432,
        user: 'har',
        password: 'p@ss-word',
        database: 'pipeline',
        tls: undefined,
        plaintext: false,
      },
    });
  });

  it('lets variables come first', () => {
    const { kafka, postgres } = externalSettings(
      { ...BOTH, kafka: { ...BOTH.kafka, prefix: 'other' } },
      {
        FAULTLINE_KAFKA_BROKERS: 'a:1,b:2',
        FAULTLINE_KAFKA_SASL_MECHANISM: 'scram-sha-512',
        FAULTLINE_KAFKA_USERNAME: 'ada',
        FAULTLINE_KAFKA_PASSWORD: 'secret-one',
        FAULTLINE_KAFKA_CA: 'ca.pem',
        FAULTLINE_KAFKA_PREFIX: 'build-7.',
        FAULTLINE_POSTGRES_URL: 'postgresql://u:p@h:6000',
        FAULTLINE_POSTGRES_PLAINTEXT: '1',
      },
      { root, pipeline: shippedPipeline },
    );
    expect(kafka.brokers.map(({ host }) => host)).toEqual(['a', 'b']);
    expect(kafka.sasl).toEqual({
      mechanism: 'SCRAM-SHA-512',
      username: 'ada',
      password: 'secret-one',
      plaintext: false,
    });
    expect(kafka.tls).toMatchObject({ ca: 'the authority' });
    expect(kafka.prefix).toBe('build-7.');
    expect(postgres).toMatchObject({ host: 'h', port: 6000, database: 'postgres', plaintext: true });
  });

  it.each([
    [{ tls: true }, {}, true],
    [{ tls: false }, {}, false],
    [{ tls: { ca: 'ca.pem', servername: 'db' } }, {}, true],
    [{ tls: true }, { FAULTLINE_POSTGRES_TLS: '0' }, false],
    [{}, { FAULTLINE_POSTGRES_TLS: '1' }, true],
    [{}, { FAULTLINE_POSTGRES_URL: 'postgres://u:p@h/d?sslmode=require' }, true],
    [{}, { FAULTLINE_POSTGRES_URL: 'postgres://u:p@h/d?sslmode=disable' }, false],
    [{ tls: false }, { FAULTLINE_POSTGRES_URL: 'postgres://u:p@h/d?sslmode=require' }, true],
    [{ tls: true }, { FAULTLINE_POSTGRES_URL: 'postgres://u:p@h/d?sslmode=disable' }, true],
  ] as const)('takes TLS from %j and %j', (over, env, on) => {
    const settings = externalSettings({ ...BOTH, postgres: { ...BOTH.postgres, ...over } }, env, {
      root,
      pipeline: shippedPipeline,
    });
    expect(settings.postgres.tls !== undefined).toBe(on);
  });

  it.each([
    [undefined, {}, 'external.kafka.brokers (FAULTLINE_KAFKA_BROKERS) is missing'],
    [
      { kafka: { brokers: ['no-port'] } },
      {},
      'external.kafka.brokers (FAULTLINE_KAFKA_BROKERS): entry 1 of 1 is no address',
    ],
    [BOTH, { FAULTLINE_KAFKA_BROKERS: 'a:1,SASL_SSL://u:secret-four@h:1' }, 'entry 2 of 2 is no address'],
    [BOTH, { FAULTLINE_POSTGRES_URL: 'postgres://u:secret-%zz@h/d' }, 'has a "%" that begins no code'],
    [{ kafka: BOTH.kafka }, {}, 'external.postgres.url (FAULTLINE_POSTGRES_URL) is missing'],
    [BOTH, { FAULTLINE_POSTGRES_URL: 'mysql://u:secret-two@h' }, 'is no URL of a PostgreSQL server'],
    [
      BOTH,
      { FAULTLINE_KAFKA_USERNAME: 'ada' },
      'external.kafka.sasl.mechanism (FAULTLINE_KAFKA_SASL_MECHANISM): missing',
    ],
    [
      BOTH,
      { FAULTLINE_KAFKA_SASL_MECHANISM: 'PLAIN', FAULTLINE_KAFKA_USERNAME: 'ada' },
      'external.kafka.sasl.password',
    ],
    [
      BOTH,
      { FAULTLINE_KAFKA_PREFIX: 'a' },
      'external.kafka.prefix (FAULTLINE_KAFKA_PREFIX): "a": must be two or more letters',
    ],
    [BOTH, { FAULTLINE_KAFKA_TLS: 'perhaps' }, 'FAULTLINE_KAFKA_TLS: "perhaps" is not allowed'],
    [BOTH, { FAULTLINE_KAFKA_CA: 'absent.pem' }, 'absent.pem cannot be read (ENOENT)'],
  ] as const)('names the key that is wrong: %#', (given, env, message) => {
    const error = wrong(given, env);
    expect(error.code).toBe('config');
    expect(error.message).toContain(message);
    expect(`${error.message} ${error.hint}`).not.toMatch(/secret-|p@ss|p%40ss/);
  });
});

describe('the configuration', () => {
  it.each(['a', 'with space', 'slash/', '', 'é-'])('takes no prefix such as %j', (prefix) => {
    expect(() => resolveConfig({ external: { kafka: { prefix } } }, root, null)).toThrow(
      `external.kafka.prefix: ${prefix === '' ? 'an empty text' : 'a text'}: must be two or more letters, digits`,
    );
  });

  it.each(['purchase-', 'tr', 'trainer-allocation-workers', 'dead', '__', '__x'])(
    'takes no prefix that names begin with: %s',
    (prefix) => {
      expect(() => resolveConfig({ external: { kafka: { prefix } } }, root, null)).toThrow(
        /names of topics of Kafka|name of the pipeline/,
      );
      expect(wrong(BOTH, { FAULTLINE_KAFKA_PREFIX: prefix }).message).toContain('FAULTLINE_KAFKA_PREFIX');
    },
  );

  it('takes a prefix under which every topic has a name that Kafka takes, and no longer one', () => {
    const longest = 'x'.repeat(249 - Math.max(...TOPICS.map(({ length }) => length)));
    for (const prefix of ['ci', '_.-', longest])
      expect(resolveConfig({ external: { kafka: { prefix } } }, root, null).external?.kafka?.prefix).toBe(prefix);
    expect(() => resolveConfig({ external: { kafka: { prefix: `${longest}x` } } }, root, null)).toThrow(
      `must have ${longest.length} characters at most`,
    );
  });

  it('shows no password of a wrong configuration', () => {
    const external = { kafka: { sasl: { mechanism: 'GSSAPI', username: 'ada', password: 'secret-three' } } };
    expect(() => resolveConfig({ external }, root, null)).toThrow(/external\.kafka\.sasl\.mechanism/);
    expect(() => resolveConfig({ external: { kafka: { sasl: external.kafka.sasl.password } } }, root, null)).toThrow(
      'external.kafka.sasl',
    );
  });
});

describe('liveSettings', () => {
  const live = {
    kafka: { brokers: ['kafka.example:9092'] },
    postgres: { url: 'postgres://onlooker:live-secret@db.example/app' },
  };

  it('takes what the workers have, which comes before the configuration', () => {
    const given = liveSettings(live, {}, root);
    expect(given.kafka?.brokers).toEqual([{ host: 'kafka.example', port: 9092 }]);
    expect(given.postgres).toMatchObject({ host: 'db.example', user: 'onlooker', database: 'app' });
    const env = { KAFKA_BROKERS: 'other.example:9093', POSTGRES_URL: 'postgres://app:x@other.example/worker' };
    expect(liveSettings(live, env, root)).toMatchObject({
      kafka: { brokers: [{ host: 'other.example', port: 9093 }] },
      postgres: { host: 'other.example' },
    });
    const both = { ...env, DATABASE_URL: 'postgres://app:x@first.example/worker' };
    expect(liveSettings(live, both, root).postgres?.host).toBe('first.example');
  });

  it('takes no address of the cluster that tests use, and its ways to log in', () => {
    const tests = {
      FAULTLINE_KAFKA_BROKERS: 'tests.example:9092',
      FAULTLINE_POSTGRES_URL: 'postgres://a:b@tests.example',
    };
    expect(() => liveSettings(undefined, tests, root)).toThrow('neither brokers');
    const login = { FAULTLINE_KAFKA_USERNAME: 'ada', FAULTLINE_KAFKA_SASL_MECHANISM: 'PLAIN' };
    expect(() => liveSettings(live, login, root)).toThrow('live.kafka.sasl.password (FAULTLINE_KAFKA_PASSWORD)');
  });

  it('one of both may be left out, and no error shows a secret', () => {
    expect(liveSettings({ kafka: live.kafka }, {}, root).postgres).toBeUndefined();
    expect(liveSettings({ postgres: live.postgres }, {}, root).kafka).toBeUndefined();
    const noUrl = () => liveSettings({ postgres: { url: 'http://onlooker:live-secret@db.example' } }, {}, root);
    expect(noUrl).toThrow('live.postgres.url (DATABASE_URL) is no URL');
    expect(noUrl).not.toThrow(/live-secret/);
  });
});
