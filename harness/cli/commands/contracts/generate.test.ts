import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CommandContext } from '../../context.ts';
import { generate } from './generate.ts';
import { verifyMessageContracts } from './verify-messages.ts';
import type { VerifyMessagesOptions } from './verify-messages.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-generate-'));
  writeFileSync(
    join(folder, 'faultline.config.js'),
    `export default { workers: { ours: { workers: [{ role: 'allocation-worker', command: ['node', 'worker.js'] }] } } };`,
  );
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
const context = () =>
  ({
    io: { stdout: sink(), stderr: sink(), env: { PATH: process.env['PATH'] }, cwd: folder },
  }) as unknown as CommandContext;
const options = { workers: undefined, out: undefined, consumerVersion: undefined, environment: 'auto' } as const;

it('needs a version where the workers’ folder has no commit', async () => {
  await expect(generate(context(), options)).rejects.toMatchObject({
    code: 'usage',
    message: `there is no git commit for ${folder}`,
    hint: expect.stringContaining('--consumer-version'),
  });
});

it('does not write over the pacts of other workers', async () => {
  const pacts = join(folder, 'contracts/pacts');
  mkdirSync(pacts, { recursive: true });
  const file = join(pacts, 'allocation-worker-admin-service.json');
  writeFileSync(file, JSON.stringify({ metadata: { faultline: { workers: 'hardened' } } }));
  await expect(generate(context(), { ...options, consumerVersion: '1' })).rejects.toMatchObject({
    code: 'usage',
    message: `${file} was made by the workers hardened, not by ours`,
  });
});

it('verifies messages or admin-service, not both', async () => {
  const asked = {
    messages: true,
    pacts: 'contracts/pacts',
    env: 'auto',
    publish: false,
    tag: [],
    allowDirty: false,
  } as const;
  const verified = (over: object) =>
    verifyMessageContracts(context(), { ...asked, broker: {} as VerifyMessagesOptions['broker'], ...over });
  await expect(verified({ providerUrl: 'http://127.0.0.1:1' })).rejects.toThrow(
    '--provider-url is about admin-service',
  );
  await expect(verified({ messages: false, workers: 'ours' })).rejects.toThrow('--workers is for --messages');
  await expect(verified({ pacts: 'nowhere' })).rejects.toThrow('cannot be read');
});

it('makes nothing on an external cluster', async () => {
  const external = { ...options, consumerVersion: '1', out: 'elsewhere', environment: 'external' } as const;
  await expect(generate(context(), external)).rejects.toMatchObject({
    code: 'usage',
    message: 'contracts are made and verified on parts of their own, not on an external cluster',
  });
});
