/** The committed pacts are what real workers make, and real workers honour them. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../harness/base/package-root.ts';
import { loadConfig } from '../harness/config/load.ts';
import { findWorkerSet } from '../harness/config/worker-sets.ts';
import { parsePact } from '../harness/contract/pact.ts';
import type { Interaction, MessageInteraction, Pact } from '../harness/contract/pact.ts';
import type { Bench } from '../harness/pact/consumer/bench.ts';
import { makeIn, openWorkshop } from '../harness/pact/consumer/generate.ts';
import type { Workshop } from '../harness/pact/consumer/generate.ts';
import { verifyMessages } from '../harness/pact/consumer/verify-messages.ts';
import { like } from '../harness/pipeline/pact-rules.ts';
import { autoAssign } from '../pipelines/purchase-to-trainer/pacts/auto-assign.ts';
import { pacts as declarations } from '../pipelines/purchase-to-trainer/pacts/pacts.ts';
import { verifyByPact } from './support/verify-by-pact.ts';

const COMMITTED = join(packageRoot, 'contracts/pacts');
const TRAINER_ALLOCATED = 'trainer-allocated-readers-allocation-worker.json';

const readAll = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .toSorted()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

const committed = readAll(COMMITTED);
const pacts = Object.entries(committed).map(([name, text]) => parsePact(JSON.parse(text), name));

let folder: string;
let workshop: Workshop;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-generated-'));
  const config = await loadConfig({ cwd: packageRoot });
  const workers = await findWorkerSet(config, 'hardened');
  const options = { config, workers, env: process.env, progress: () => undefined };
  workshop = await openWorkshop(options);
});
afterAll(async () => {
  await workshop.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The first interaction of that description. */
const interactionOf = (description: string): Interaction => {
  const found = pacts.flatMap(({ interactions }) => interactions).find((each) => each.description === description);
  if (found === undefined) throw new Error(`no interaction ${description}`);
  return found;
};

const only = (...interactions: readonly Interaction[]): readonly Pact[] => [
  { consumer: 'any', provider: 'any', interactions },
];

describe('making the pacts with the real workers', () => {
  it('gives, byte for byte, what is committed', async () => {
    const out = join(folder, 'whole');
    const { broken } = await makeIn(workshop, { ...declarations, out });
    expect(broken).toEqual([]);
    const made = readAll(out);
    expect(Object.keys(made)).toEqual(Object.keys(committed));
    // After a wanted change: `node dist/harness/cli/main.js contracts generate`, and commit.
    for (const [name, text] of Object.entries(made)) expect(text, name).toBe(committed[name]);
  });

  it('gives no pact when the worker calls otherwise than declared, and says which field', async () => {
    const [declared] = autoAssign.interactions;
    if (declared === undefined) throw new Error('no interaction is declared');
    const other = { ...declared, request: { ...declared.request, timeSlot: 1600, couponCode: like('SPRING') } };
    const { files, broken } = await makeIn(workshop, {
      out: join(folder, 'call'),
      calls: [{ ...autoAssign, interactions: [other] }],
      messages: [],
    });
    expect(files).toEqual([]);
    expect(broken).toMatchObject([{ description: declared.description }]);
    expect(broken[0]?.reason).toContain('$.timeSlot');
    expect(broken[0]?.reason).toContain('couponCode');
  });

  it('gives no pact when the worker writes otherwise than declared, and says which field', async () => {
    const declared = declarations.messages.filter(({ consumer }) => consumer === 'trainer-allocated-readers');
    const messages = declared.map((each) => ({ ...each, content: { ...each.content, endDate: 20_261_201 } }));
    const { files, broken } = await makeIn(workshop, { out: join(folder, 'write'), calls: [], messages });
    expect(files).toEqual([]);
    expect(broken).toHaveLength(2);
    expect(broken[0]?.reason).toContain('$.endDate');
  });
});

describe('verifying the messages with the real workers', () => {
  it('finds them written as the pacts say, and read; and so does Pact’s own verifier', async () => {
    const results = await verifyMessages(workshop.bench, pacts);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    // Each at its writer; those that a worker consumes at their reader as well.
    expect(results.filter(({ side }) => side === 'provider')).toHaveLength(declarations.messages.length);
    const readers = results.filter(({ side }) => side === 'consumer').map(({ consumer }) => consumer);
    expect(readers.toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => 'allocation-worker'),
      ...Array.from({ length: 2 }, () => 'purchase-worker'),
    ]);
    expect(await verifyByPact(COMMITTED, results)).toEqual({});
  });

  it('fails when a pact demands what no worker writes; and so does Pact’s own verifier', async () => {
    const text = committed[TRAINER_ALLOCATED] ?? '';
    const stricter = text.replaceAll('"endDate": ""', '"endDate": 20261201');
    expect(stricter).not.toBe(text);
    const other = mkdtempSync(join(folder, 'stricter-'));
    writeFileSync(join(other, TRAINER_ALLOCATED), stricter);
    const results = await verifyMessages(workshop.bench, [parsePact(JSON.parse(stricter), TRAINER_ALLOCATED)]);
    expect(results.map(({ passed }) => passed)).toEqual([false, false]);
    expect(results[0]?.problems.join()).toContain('$.endDate');
    expect((await verifyByPact(other, results))[TRAINER_ALLOCATED]).toContain('$.endDate');
  });

  it('fails when nobody knows how to bring a message about', async () => {
    const strange = { ...interactionOf('TRAINER_ALLOCATED of a purchase with a booking'), description: 'A STRANGER' };
    expect(await verifyMessages(workshop.bench, only(strange))).toMatchObject([
      { passed: false, problems: [expect.stringContaining('A STRANGER')] },
    ]);
  });

  it('fails when the reader makes no row of the example', async () => {
    const confirmed = interactionOf('PURCHASE_CONFIRMED with a booking') as MessageInteraction;
    const spoilt = { ...confirmed, body: { ...(confirmed.body as object), type: 'PURCHASE_CANCELLED' } };
    const { bench } = workshop;
    const impatient: Bench = {
      ...bench,
      until: (what, find, options) => bench.until(what, find, { ...options, deadlineMs: 2000 }),
    };
    const [result] = await verifyMessages(impatient, only(spoilt));
    expect(result).toMatchObject({ side: 'consumer', passed: false });
    expect(result?.problems.join()).toContain('student_course_purchases');
  });

  it('fails when there is nothing to verify', async () => {
    await expect(verifyMessages(workshop.bench, only())).rejects.toThrow('no message of these pacts');
  });
});
