/** A part of the embedded environment that cannot start. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbedded } from '../../harness/environment/embedded/embedded.ts';
import { startKafka } from '../../harness/environment/embedded/kafka.ts';
import { reservePort } from '../../harness/environment/embedded/ports.ts';
import { startPostgres } from '../../harness/environment/embedded/postgres.ts';
import { makePremises } from '../../harness/environment/embedded/premises.ts';
import type { StartContext } from '../../harness/environment/embedded/start-context.ts';
import { startToxiproxy } from '../../harness/environment/embedded/toxiproxy.ts';
import type { Parts } from '../../harness/environment/setup/parts.ts';
import { ensureSetup } from '../../harness/environment/setup/setup.ts';
import { SETUP_MS, answers, foldersOf, options } from '../support/embedded.ts';

describe('a start that goes wrong', () => {
  let parts: Parts;
  let premises: ReturnType<typeof makePremises>;
  beforeAll(async () => {
    parts = await ensureSetup(options);
  }, SETUP_MS);
  beforeEach(() => {
    premises = makePremises(process.env);
  });
  afterEach(() => premises.end());

  const taken = createServer();
  beforeAll(async () => {
    await once(taken.listen({ host: '127.0.0.1', port: 0 }), 'listening');
  });
  afterAll(() => taken.close());

  it.each([
    ['Kafka', (context: StartContext) => startKafka(parts.kafka, context)],
    ['PostgreSQL', (context: StartContext) => startPostgres(parts.postgres, context)],
    ['Toxiproxy', (context: StartContext) => startToxiproxy(parts.toxiproxy, context)],
  ] as const)('tries another port when %s finds its own taken', async (_name, start) => {
    let asked = 0;
    const reserveTaken = async (): ReturnType<typeof reservePort> =>
      asked++ === 0
        ? { port: (taken.address() as AddressInfo).port, release: () => Promise.resolve() }
        : await reservePort();
    const context = { ...premises.context, reservePort: reserveTaken };
    const { address } = await start(context);
    expect(asked).toBeGreaterThan(1);
    expect(address.port).not.toBe((taken.address() as AddressInfo).port);
    expect(await answers(address)).toBe(true);
  });

  it.each([
    ['Kafka', (context: StartContext) => startKafka(parts.kafka, context)],
    ['Toxiproxy', (context: StartContext) => startToxiproxy(parts.toxiproxy, context)],
  ] as const)('is not deceived by another %s that answers on its port', async (_name, start) => {
    const first = await start(premises.context);
    const others = makePremises(process.env);
    try {
      let asked = 0;
      const reserveTaken = async (): ReturnType<typeof reservePort> =>
        asked++ === 0 ? { port: first.address.port, release: () => Promise.resolve() } : await reservePort();
      const second = await start({ ...others.context, reservePort: reserveTaken });
      expect(second.address.port).not.toBe(first.address.port);
      expect(await answers(second.address)).toBe(true);
    } finally {
      await others.end();
    }
    expect(await answers(first.address)).toBe(true);
  });

  it('names the part that died, with its last lines, and leaves nothing', async () => {
    const broken = { ...parts.kafka, classPath: '/nowhere/kafka.jar', archive: null };
    await expect(startKafka(broken, premises.context)).rejects.toThrow(
      /Kafka ended by itself \(exit code 1\); it said last:\n[^]*kafka\.Kafka/,
    );
  });

  it('gives up the other parts when one cannot start', async () => {
    const folders = foldersOf(process.pid);
    const env = { ...process.env, JAVA_TOOL_OPTIONS: '-XX:NoSuchFlag' };
    const begun = performance.now();
    await expect(startEmbedded({ ...options, env })).rejects.toThrow(/Kafka ended by itself[^]*NoSuchFlag/);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(foldersOf(process.pid)).toEqual(folders);
  });
});
