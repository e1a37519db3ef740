import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderToShipment } from '../../../../examples/order-to-shipment/pipeline.ts';
import { dataApart } from '../../../pipeline/code.ts';
import type { CommandContext } from '../../context.ts';
import { generate } from './generate.ts';
import { pactsFolder } from './pacts-folder.ts';
import { verify } from './verify.ts';
import type { VerifyOptions } from './verify.ts';
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
  await expect(verified({ providerUrl: 'http://127.0.0.1:1' })).rejects.toThrow('--provider-url is about a service');
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

describe('a pipeline that declares no pacts to make', () => {
  let own: string;
  beforeAll(() => {
    own = mkdtempSync(join(tmpdir(), 'faultline-no-pacts-'));
    const { declaration } = dataApart(orderToShipment);
    const { mailer } = declaration.stages;
    const pipeline = { ...declaration, services: {}, stages: { mailer } };
    const workers = { ours: { workers: [{ role: 'mailer', command: ['node', 'mailer.js'] }] } };
    writeFileSync(
      join(own, 'faultline.config.js'),
      `export default ${JSON.stringify({ pipeline, workers, pacts: 'promises' })};`,
    );
    writeFileSync(join(own, 'package.json'), '{"type":"module"}');
  });
  afterAll(() => rmSync(own, { recursive: true, force: true }));
  const here = () => ({ ...context(), io: { ...context().io, cwd: own } }) as CommandContext;

  it('makes none, and says so', async () => {
    await expect(generate(here(), { ...options, consumerVersion: '1' })).rejects.toMatchObject({
      code: 'usage',
      message: 'the pipeline order-to-shipment declares no pacts to make',
    });
  });

  it('looks for pacts where its configuration says, and for a service that it has', async () => {
    expect(await pactsFolder({ cwd: own }, undefined)).toBe(join(own, 'promises'));
    expect(await pactsFolder({ cwd: own }, 'other')).toBe(join(own, 'other'));
    expect(await pactsFolder({ cwd: folder }, undefined)).toBe(join(folder, 'contracts/pacts'));
    const asked: VerifyOptions = {
      pacts: undefined,
      provider: undefined,
      providerUrl: undefined,
      stateUrl: undefined,
      againstStub: false,
      environment: 'auto',
      publish: undefined,
    };
    await expect(verify(here(), asked)).rejects.toMatchObject({
      code: 'usage',
      message: 'which service is meant is not said: the pipeline order-to-shipment has none',
    });
    await expect(verify({ ...here(), io: context().io }, { ...asked, provider: 'admin' })).rejects.toThrow(
      'the pipeline purchase-to-trainer has no service admin (did you mean admin-service?); it has admin-service',
    );
  });
});
