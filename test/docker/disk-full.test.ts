/** The disk of an engine is full, really: whatever fails because of it is one error that says so, and says it soon. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IMAGES } from '../../harness/environment/docker/images.ts';
import { startPart } from '../../harness/environment/docker/part.ts';
import type { PartOptions } from '../../harness/environment/docker/part.ts';
import { openPremises } from '../../harness/environment/docker/premises.ts';
import type { Premises } from '../../harness/environment/docker/premises.ts';
import { serveImage } from './support/registry.ts';
import { canOpenTightEngine, openTightEngine } from './support/tight-engine.ts';
import type { TightEngine } from './support/tight-engine.ts';

const MEBIBYTE = 1024 * 1024;
/** PostgreSQL's image, unpacked and on its way in, and something to fill. */
const DISK_MEBIBYTES = 1200;

const postgres = {
  name: 'PostgreSQL',
  role: 'postgres',
  image: IMAGES.postgres,
  command: ['postgres'],
  env: { POSTGRES_PASSWORD: 'x' },
  ports: [],
  memory: ['/var/lib/postgresql'],
} satisfies PartOptions;

const saysDiskFull = (message: RegExp): unknown =>
  expect.objectContaining({
    code: 'environment',
    message: expect.stringMatching(message) as string,
    hint: expect.stringContaining('docker system prune') as string,
  });

describe.runIf(canOpenTightEngine())('an engine whose disk is full', () => {
  let engine: TightEngine;
  let premises: Premises;
  const before = { ...process.env };

  beforeAll(async () => {
    engine = await openTightEngine(DISK_MEBIBYTES);
    engine.load(IMAGES.postgres);
    // testcontainers reads it there.
    process.env['DOCKER_HOST'] = engine.host;
    premises = await openPremises(process.env, () => undefined);
  });
  afterEach(() => engine.free());
  afterAll(async () => {
    await (premises as Premises | undefined)?.end();
    process.env = before;
    await (engine as TightEngine | undefined)?.stop();
  });

  it('an image that does not fit', async () => {
    const registry = await serveImage(8 * MEBIBYTE);
    try {
      engine.fill(4 * MEBIBYTE);
      const part = { ...postgres, role: 'pulled', image: registry.image };
      await expect(startPart(premises, part)).rejects.toEqual(
        saysDiskFull(/^PostgreSQL could not be started: the disk of the Docker engine is full \(.*no space left/),
      );
      engine.free();
      // It was the space, and nothing else.
      await premises.engine.fetchImage(registry.image);
    } finally {
      registry.close();
    }
  });

  it('a container that cannot be created', async () => {
    engine.fill(0);
    await expect(startPart(premises, postgres)).rejects.toEqual(
      saysDiskFull(/^PostgreSQL could not be started: the disk of the Docker engine is full/),
    );
  });

  it('a server that cannot write, nor its log', async () => {
    engine.fill(16 * MEBIBYTE);
    const fillFirst = 'cat /dev/zero > /fill; exec /usr/local/bin/docker-entrypoint.sh postgres';
    const { died } = await startPart(premises, { ...postgres, role: 'unwritable', command: ['bash', '-c', fillFirst] });
    await expect(died).rejects.toEqual(
      saysDiskFull(/^PostgreSQL ended by itself \(exit code \d+\): the disk of the Docker engine is full/),
    );
  });
});
