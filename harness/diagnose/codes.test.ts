import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../base/package-root.ts';
import { CAUSE_IDS } from '../history/verdict.ts';
import { CODES } from './codes.ts';
import { FINDINGS } from './findings.ts';

it('the documentation has every code, with its cause, evidence and repair, in their order', () => {
  const page = readFileSync(join(packageRoot, 'docs/diagnose.md'), 'utf8');
  const rows = CAUSE_IDS.map((id) => {
    const { code, cause, evidence, next } = CODES[id];
    return `| \`${code} ${id}\` | ${cause} | ${evidence} | ${next} |`;
  });
  const further = Object.entries(FINDINGS).map(
    ([id, { code, cause, evidence, next }]) => `| \`${code} ${id}\` | ${cause} | ${evidence} | ${next} |`,
  );
  expect(page.split('\n').filter((line) => line.startsWith('| `FL'))).toEqual([...rows, ...further]);
});

it('a code stays what it is', () =>
  expect(Object.entries({ ...CODES, ...FINDINGS }).map(([id, { code }]) => `${code} ${id}`)).toEqual([
    'FL0101 worker-not-running',
    'FL0102 topic-missing',
    'FL0103 event-not-emitted',
    'FL0104 guard-marked-without-allocation',
    'FL0105 event-not-consumed',
    'FL0106 api-not-called',
    'FL0107 api-failing',
    'FL0108 duplicate-rows',
    'FL0109 stuck-at-its-head',
    'FL0110 never-announced',
    'FL0111 gone-unread',
  ]));
