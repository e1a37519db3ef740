/** docs/configuration.md says what the type says: `npx vitest run test/docs -u` makes it anew. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { configurationPage } from './configuration.ts';
import { keysOf } from './interface-keys.ts';

test('docs/configuration.md has the keys of the type', async () => {
  await expect(configurationPage()).toMatchFileSnapshot(join(packageRoot, 'docs/configuration.md'));
});

test('keys are read however deep, those in lists and by name too', () => {
  const paths = keysOf(join(packageRoot, 'harness/config/define.ts'), 'ConfigInput').map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'workers.<name>.workers[].ready.log',
      'workers.<name>.pending[].where',
      'database.schema.command',
      'external.kafka.tls.ca',
    ]),
  );
});
