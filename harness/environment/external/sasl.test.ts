import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { authenticate } from './sasl.ts';
import type { SaslSettings } from './sasl.ts';

const settings = (over: Partial<SaslSettings> = {}): SaslSettings => ({
  mechanism: 'PLAIN',
  username: 'ada',
  password: 'secret-one',
  plaintext: false,
  ...over,
});

/** What was written to a socket that is not connected; nothing was when the refusal came first. */
const tried = async (sasl: SaslSettings, host: string, isEncrypted: boolean): Promise<unknown> => {
  const socket = new Socket();
  let written = 0;
  socket.write = () => {
    written += 1;
    socket.destroy(new Error('written'));
    return true;
  };
  socket.on('error', () => undefined);
  const error: unknown = await authenticate(socket, sasl, { host, isEncrypted }).catch((thrown: unknown) => thrown);
  return written === 0 ? error : 'written';
};

describe('a password in plain text', () => {
  it.each(['kafka.example', '10.0.0.1', '127.example', '::2'])('is not said to %s', async (host) => {
    const error = await tried(settings(), host, false);
    expect(error).toMatchObject({ code: 'config', message: expect.stringContaining(host) as string });
    expect(String(error)).not.toContain('secret-one');
  });

  it.each([
    ['over TLS', settings(), 'kafka.example', true],
    ['on this machine', settings(), '127.0.0.1', false],
    ['where somebody allows it', settings({ plaintext: true }), 'kafka.example', false],
    ['as SCRAM, which does not say it', settings({ mechanism: 'SCRAM-SHA-512' }), 'kafka.example', false],
  ] as const)('is said %s', async (_, sasl, host, isEncrypted) => {
    expect(await tried(sasl, host, isEncrypted)).toBe('written');
  });
});
