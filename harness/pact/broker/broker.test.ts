import { describe, expect, it } from 'vitest';
import { FaultlineError } from '../../base/errors.ts';
import { brokerFrom } from './broker.ts';
import type { BrokerOptions } from './broker.ts';

const SECRET = 'very-secret-7';

const refusal = (options: BrokerOptions, env: Readonly<Record<string, string>> = {}): FaultlineError => {
  try {
    brokerFrom(options, env);
  } catch (error) {
    if (error instanceof FaultlineError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('credentials for a broker', () => {
  it.each([
    ['a token', { url: 'http://broker.example', token: SECRET }, {}],
    ['a token of the environment', { url: 'http://10.0.0.1:9292' }, { PACT_BROKER_TOKEN: SECRET }],
    ['a variable that says no', { url: 'http://broker', token: SECRET }, { FAULTLINE_BROKER_PLAINTEXT: 'off' }],
    ['a password', { url: 'http://broker', username: 'ada', password: SECRET }, {}],
    ['the address itself', {}, { PACT_BROKER_BASE_URL: `http://ada:${SECRET}@[::2]/` }],
    ['a host that begins as loopback does', { url: 'http://127.0.0.1.example', token: SECRET }, {}],
  ] as const)('do not go to another machine without TLS: %s', (_, options, env) => {
    const error = refusal(options, env);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('without TLS') as string });
    expect(error.hint).toContain('--broker-plaintext');
    expect(`${error.message} ${error.hint}`).not.toContain(SECRET);
  });

  it.each([
    ['with TLS', { url: 'https://broker.example', token: SECRET }, {}],
    ['on this machine', { url: 'http://[::1]:9292', token: SECRET }, {}],
    ['where an option allows it', { url: 'http://broker.example', token: SECRET, plaintext: true }, {}],
    ['where a variable does', { url: 'http://broker.example', token: SECRET }, { FAULTLINE_BROKER_PLAINTEXT: '1' }],
    [
      'where a variable says so in a word',
      { url: 'http://broker.example', token: SECRET },
      { FAULTLINE_BROKER_PLAINTEXT: 'true' },
    ],
  ] as const)('go there %s', (_, options, env) => {
    expect(brokerFrom(options, env).authorization).toBe(`Bearer ${SECRET}`);
  });

  it('are not needed', () => {
    expect(brokerFrom({ url: 'http://broker.example' }, {}).authorization).toBeUndefined();
  });

  it.each([
    ['an address without its scheme', { url: `ada:${SECRET}@broker.example` }],
    ['another scheme', { url: `ftp://ada:${SECRET}@broker.example` }],
    ['a "%" that begins no code', { url: `https://ada:${SECRET}%zz@broker.example` }],
    ['a line break', { url: 'https://broker.example', token: `${SECRET}\n` }],
    ['a zero', { url: `https://ada:${SECRET}%00@broker.example` }],
  ])('are not shown when something is wrong with them: %s', (_, options) => {
    const error = refusal(options);
    expect(error.code).toBe('usage');
    expect(`${error.message} ${error.hint}`).not.toContain(SECRET);
  });
});
