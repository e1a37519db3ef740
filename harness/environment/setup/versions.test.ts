import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../base/package-root.ts';
import { VERSIONS } from './versions.ts';

const read = (file: string): string => readFileSync(join(packageRoot, file), 'utf8');

it('Toxiproxy is of one version, wherever it is built', () => {
  expect(/github\.com\/Shopify\/toxiproxy\/v2 v(\S+)/.exec(read('go.mod'))?.[1]).toBe(VERSIONS.toxiproxy);
  const script = read('scripts/docker/build-images.sh');
  expect(/^TOXIPROXY_VERSION=(\S+)$/m.exec(script)?.[1]).toBe(VERSIONS.toxiproxy);
});

it('the hint names the Go that go.mod asks for', () => {
  const [, wanted = ''] = /^go (\d+\.\d+)/m.exec(read('go.mod')) ?? [];
  expect(read('harness/environment/setup/tools.ts')).toContain(`install Go ${wanted} or newer`);
});
