/** Every set of workers of the shop: right designs are clear, each defect is found. Not in `npm test`: one of them needs Python's pip. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { EXIT } from '../../harness/base/errors.ts';
import { rowOf, violatedIn } from '../support/run-output.ts';
import { SHOP, playShop } from '../support/shop.ts';
import { installPython } from './support/python.ts';

const packages = mkdtempSync(join(tmpdir(), 'faultline-python-'));
afterAll(() => rmSync(packages, { recursive: true, force: true }));

it('workers without an inbox are as right as those with one', async () => {
  const { code, said } = await playShop('direct');
  expect(code, said).toBe(EXIT.ok);
});

it('so are those of which one is written in Python', async () => {
  installPython(join(SHOP, 'workers/requirements.txt'), packages);
  const { code, said } = await playShop('python', [], { PYTHONPATH: packages });
  expect(code, said).toBe(EXIT.ok);
});

it.each([
  { defect: 'marks-first', scenario: 'orders-are-shipped', violated: ['mark-follows-effect'] },
  { defect: 'tells-first', scenario: 'orders-are-shipped', violated: ['announced-means-committed'] },
  { defect: 'tells-another', scenario: 'orders-are-shipped', violated: ['ids-agree'] },
  {
    defect: 'swallows',
    scenario: 'database-away',
    violated: ['no-event-lost', 'shipment-gets-parcel', 'event-gets-marked'],
  },
  {
    defect: 'swallows',
    scenario: 'carrier-refuses',
    violated: ['no-event-lost', 'shipment-gets-parcel', 'event-gets-marked'],
  },
  { defect: 'gives-up-twice', scenario: 'unreadable-order', violated: ['dead-letter-once'] },
])('$defect is found in $scenario, and nothing else is', async ({ defect, scenario, violated }) => {
  const { code, said, document } = await playShop(defect, [scenario]);
  expect(code, said).toBe(EXIT.failed);
  expect(violatedIn(rowOf(document, scenario)), said).toEqual(violated);
});
