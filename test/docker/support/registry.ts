/** A registry with one image of one layer, which cannot be compressed: enough of the protocol for `docker pull`. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar';

const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** A tar with one file of random bytes. */
const layerOf = (bytes: number): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'fl-layer-'));
  try {
    writeFileSync(join(folder, 'content'), randomBytes(bytes));
    return spawnSync('tar', ['-C', folder, '-cf', '-', 'content'], { maxBuffer: 2 * bytes + 64 * 1024 }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Serves the image until `close`; `image` is its full name. An engine trusts a registry on this machine without TLS. */
export const serveImage = async (bytes: number): Promise<{ readonly image: string; close(): void }> => {
  const layer = layerOf(bytes);
  const config = Buffer.from(
    JSON.stringify({
      architecture: { x64: 'amd64' }[process.arch as string] ?? process.arch,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    }),
  );
  const described = (content: Buffer, mediaType: string) => ({
    mediaType,
    size: content.length,
    digest: digestOf(content),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: described(config, CONFIG),
      layers: [described(layer, LAYER)],
    }),
  );
  const contents = [layer, config, manifest];
  const server = createServer(({ url = '' }, response) => {
    const asked = url.split('/').at(-1);
    const content = asked === 'latest' ? manifest : contents.find((one) => digestOf(one) === asked);
    if (url !== '/v2/' && content === undefined) return void response.writeHead(404).end();
    const type = content === manifest ? MANIFEST : 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-length': content?.length ?? 0 });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    image: `127.0.0.1:${port}/faultline-test-image:latest`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
