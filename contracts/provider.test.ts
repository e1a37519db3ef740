/**
 * admin-service's side of the contract: the stub is held against the committed pact with Pact's own verifier, on its real
 * port and with states as real rows; mutants show that this catches what it must; the command does the same to any
 * provider. One environment for all of it.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../harness/base/package-root.ts';
import { resolveConfig } from '../harness/config/resolve.ts';
import { startEmbedded } from '../harness/environment/embedded/embedded.ts';
import type { Environment } from '../harness/environment/types.ts';
import { openStateServer, statesFrom } from '../harness/pact/provider/states.ts';
import { openStubProvider } from '../harness/pact/provider/stub-provider.ts';
import type { StubProvider } from '../harness/pact/provider/stub-provider.ts';
import { openTap } from '../harness/pact/provider/tap.ts';
import type { TapAnswer } from '../harness/pact/provider/tap.ts';
import { verifyProvider } from '../harness/pact/provider/verification.ts';
import { openVerifier } from '../harness/pact/provider/verifier.ts';
import type { PactVerifier } from '../harness/pact/provider/verifier.ts';
import { PROVIDER_STATES } from '../pipelines/purchase-to-trainer/pacts/states.ts';
import { faultline } from '../test/support/cli.ts';
import { ANSWER_MUTANTS } from './mutants/answers.ts';
import { EVENT_MUTANTS } from './mutants/events.ts';
import { answerRow, answersPact, checkUnchanged, eventRow } from './mutants/run.ts';
import { lastLine } from './mutants/table.ts';
import type { Row } from './mutants/types.ts';

let environment: Environment;
let verifier: PactVerifier;
let stub: StubProvider;

/** ms: a dozen verifications in a row, on a machine with other things to do. */
const GENEROUS = 240_000;

const document = answersPact();

beforeAll(async () => {
  environment = await startEmbedded({
    cacheDir: join(packageRoot, '.faultline'),
    env: process.env,
    progress: () => undefined,
  });
  stub = await openStubProvider({
    environment,
    config: resolveConfig({}, packageRoot, null),
    provider: 'admin-service',
    schema: { file: join(packageRoot, 'fixtures/schema.sql') },
    env: {},
  });
  verifier = await openVerifier();
});
afterAll(async () => {
  await verifier?.close();
  await stub?.close();
  await environment?.stop();
});

const wrongOf = (results: Awaited<ReturnType<typeof verifyProvider>>) =>
  results.flatMap(({ interaction, verdict, findings }) =>
    verdict === 'passed' ? [] : [{ of: interaction.description, verdict, findings }],
  );

describe('the stub', () => {
  test('honours every interaction of the pact', async () => {
    const results = await verifyProvider({ verifier, document, provider: { target: stub.url }, states: stub.states });
    expect(wrongOf(results)).toEqual([]);
    expect(results).toHaveLength(document.interactions.length);
    expect(stub.troubles()).toEqual([]);
  });

  test('can be brought into every state there is, and the pact asks for all of them', () => {
    const asked = new Set(document.interactions.flatMap(({ states }) => states.map(({ name }) => name)));
    expect([...asked].sort()).toEqual(Object.keys(PROVIDER_STATES).sort());
    expect(Object.keys(stub.handlers).sort()).toEqual([...asked].sort());
  });

  test('a state without its rows fails: the states are real', async () => {
    const state = 'the student has a trainer for the course already';
    const states = statesFrom({ ...stub.handlers, [state]: () => Promise.resolve(undefined) }, stub.states.begin);
    const results = await verifyProvider({ verifier, document, provider: { target: stub.url }, states });
    expect(wrongOf(results).map(({ findings }) => findings.map(({ path }) => path))).toEqual([['$.data.id']]);
  });

  test('a state whose parameters are missing cannot be set', async () => {
    for (const handler of Object.values(stub.handlers)) await expect(handler({})).rejects.toThrow('is missing');
  });
});

test(
  'mutants: every breaking change is caught and named by its field, every harmless one passes',
  async () => {
    const bench = { verifier, stub };
    await checkUnchanged(bench, document);
    const rows: Row[] = [];
    for (const mutant of ANSWER_MUTANTS) rows.push(await answerRow(bench, document, mutant));
    for (const mutant of EVENT_MUTANTS) rows.push(await eventRow(mutant));
    expect(rows.filter(({ right }) => !right)).toEqual([]);
    const [breaking, harmless] = [
      rows.filter(({ kind }) => kind === 'breaking'),
      rows.filter(({ kind }) => kind === 'harmless'),
    ];
    expect(lastLine(rows)).toBe(
      `breaking ${breaking.length}/${breaking.length} caught, harmless ${harmless.length}/${harmless.length} passed`,
    );
    const ofAnswers = breaking.filter(({ of }) => of === 'answer').length;
    expect([ofAnswers >= 10, breaking.length - ofAnswers >= 5, breaking.length >= 15, harmless.length >= 8]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  },
  GENEROUS,
);

/** A provider that is not this process's own business: addresses only, as a team's admin-service would be. */
const withProvider = async (
  rewrite: (answer: TapAnswer) => TapAnswer,
  work: (addresses: { readonly provider: string; readonly states: string }) => Promise<void>,
): Promise<void> => {
  const provider = await openTap({ target: stub.url, rewrite });
  const states = await openStateServer(
    {
      change: async (change) => {
        if (change.action === 'setup') await stub.states.begin?.();
        return change.state === '' ? undefined : stub.states.change(change);
      },
    },
    { onBegin: () => undefined, onTrouble: () => undefined },
  );
  try {
    await work({ provider: provider.url, states: states.url });
  } finally {
    await Promise.all([provider.close(), states.close()]);
  }
};

const PACTS = ['--pacts', join(packageRoot, 'contracts/pacts')];
const verify = (...args: readonly string[]) => faultline(['contracts', 'verify', ...PACTS, ...args]);

const editData = (answer: TapAnswer, edit: (data: Record<string, unknown>) => void): TapAnswer => {
  const body = JSON.parse(answer.body) as { data?: Record<string, unknown> };
  if (body.data !== undefined) edit(body.data);
  return { ...answer, body: JSON.stringify(body) };
};

describe('faultline contracts verify', { timeout: GENEROUS }, () => {
  const total = document.interactions.length;

  test('verifies a provider at an address, its states set at another', async () => {
    await withProvider(
      (answer) => answer,
      async ({ provider, states }) => {
        const whole = await verify('--provider-url', provider, '--state-url', states);
        expect(whole.stdout).toContain(`${total} interactions: ${total} passed\n`);
        expect(whole.code).toBe(0);
      },
    );
  });

  test('names what drifted by field, and shows where answers differ from the stub beyond the contract', async () => {
    await withProvider(
      (answer) =>
        editData(answer, (data) => {
          data['trainerName'] = 'Grace';
          if (answer.status === 201) delete data['trainerId'];
        }),
      async ({ provider, states }) => {
        const { stdout, code } = await verify(
          ...['--provider-url', provider, '--state-url', states, '--against', 'stub'],
        );
        const [assigned = ''] = stdout.split('auto-assign with every field').slice(1);
        const lines = assigned.split('\n').slice(1, 3);
        expect(lines).toEqual([
          expect.stringMatching(/^ {6}\$\.data\.trainerId {2}missing/),
          '      ≠ $.data.trainerName: "Grace"; the stub: absent',
        ]);
        const allocations = document.interactions.filter(
          ({ json }) => (json['response'] as { status: number }).status < 300,
        ).length;
        expect(stdout).toContain(`${total} answers compared, ${allocations} differ beyond the contract`);
        expect(code).toBe(1);
      },
    );
  });
});
