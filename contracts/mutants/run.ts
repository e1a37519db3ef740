/** Does the verification catch what breaks the contract, name it by field, and leave alone what does not? */
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { FaultlineError } from '../../harness/base/errors.ts';
import { packageRoot } from '../../harness/base/package-root.ts';
import { judgeRecord } from '../../harness/contract/messages.ts';
import type { ActualRecord } from '../../harness/contract/messages.ts';
import { parsePact } from '../../harness/contract/pact.ts';
import { readDocument } from '../../harness/pact/provider/document.ts';
import type { PactDocument } from '../../harness/pact/provider/document.ts';
import type { StubProvider } from '../../harness/pact/provider/stub-provider.ts';
import { verifyProvider } from '../../harness/pact/provider/verification.ts';
import type { PactVerifier } from '../../harness/pact/provider/verifier.ts';
import type { AnswerMutant } from './answers.ts';
import { RECORDS } from './events.ts';
import type { EventMutant, RecordUnderContract } from './events.ts';
import type { Kind, Row } from './types.ts';

export interface Bench {
  readonly verifier: PactVerifier;
  readonly stub: StubProvider;
}

const PACTS = join(packageRoot, 'contracts/pacts');

/** The pact of admin-service. */
export const answersPact = (): PactDocument => readDocument(join(PACTS, 'allocation-worker-admin-service.json'));

/** One interaction of every state with these statuses: the others differ in their requests, not in their answers. */
const sampleOf = (document: PactDocument, statuses: readonly number[]): PactDocument => {
  const kinds = new Set<string>();
  const interactions = document.interactions.filter(({ json, states }) => {
    const { status } = json['response'] as { readonly status: number };
    if (!statuses.includes(status)) return false;
    const kind = `${status} ${states.map(({ name }) => name).join()}`;
    return kinds.size < kinds.add(kind).size;
  });
  // The place in the list is how an interaction is known.
  return { ...document, interactions: interactions.map((interaction, index) => ({ ...interaction, index })) };
};

/** The paths by which a verification names what is wrong; empty when it passes. */
type Verify = () => Promise<{ readonly changed: boolean; readonly named: readonly string[] }>;

const rowOf = async (mutant: Kind & { readonly name: string }, of: string, verify: Verify): Promise<Row> => {
  const { changed, named } = await verify();
  const { kind, name } = mutant;
  const row = { kind, of, name };
  if (!changed) return { ...row, right: false, detail: 'it changed nothing' };
  if (mutant.kind === 'harmless')
    return { ...row, right: named.length === 0, detail: named.length === 0 ? '' : `false alarm: ${named.join(', ')}` };
  if (named.includes(mutant.namedBy)) return { ...row, right: true, detail: mutant.namedBy };
  const instead = named.length === 0 ? 'missed' : `named by ${named.join(', ')}`;
  return { ...row, right: false, detail: `${instead}; it should be named by ${mutant.namedBy}` };
};

const unique = (paths: readonly string[]): readonly string[] => [...new Set(paths)];

/** Puts a proxy that changes answers before the real stub, and verifies that. */
export const answerRow = (bench: Bench, document: PactDocument, mutant: AnswerMutant): Promise<Row> =>
  rowOf(mutant, 'answer', async () => {
    let changed = false;
    const results = await verifyProvider({
      verifier: bench.verifier,
      document: sampleOf(document, mutant.statuses),
      provider: {
        target: bench.stub.url,
        rewrite: (answer) => {
          const given = mutant.statuses.includes(answer.status) ? mutant.change(answer) : answer;
          changed ||= !isDeepStrictEqual(given, answer);
          return given;
        },
      },
      states: bench.stub.states,
    });
    return { changed, named: unique(results.flatMap(({ findings }) => findings.map(({ path }) => path))) };
  });

/** Where a record is not what any of its pact's interactions says. */
const namesOf = ({ pact: file }: RecordUnderContract, record: ActualRecord): readonly string[] => {
  const { interactions } = parsePact(readDocument(join(PACTS, file)).json, file);
  const messages = interactions.flatMap((interaction) => (interaction.kind === 'message' ? [interaction] : []));
  return unique(judgeRecord(messages, record).mismatches.map(({ path }) => path));
};

export const eventRow = (mutant: EventMutant): Promise<Row> =>
  rowOf(mutant, mutant.of, () => {
    const under = RECORDS[mutant.of];
    const record = mutant.change(under.record);
    return Promise.resolve({
      changed: JSON.stringify(record) !== JSON.stringify(under.record),
      named: namesOf(under, record),
    });
  });

/**
 * Without any change everything passes: otherwise what follows would prove nothing. Throws FaultlineError 'environment'
 * with what does not.
 */
export const checkUnchanged = async ({ verifier, stub }: Bench, document: PactDocument): Promise<void> => {
  const results = await verifyProvider({ verifier, document, provider: { target: stub.url }, states: stub.states });
  const wrong = [
    ...results.flatMap(({ interaction, verdict, findings }) =>
      verdict === 'passed' ? [] : [`${interaction.description}: ${findings.map(({ path }) => path).join(', ')}`],
    ),
    ...Object.entries(RECORDS).flatMap(([name, under]) =>
      namesOf(under, under.record).map((path) => `${name}: ${path}`),
    ),
  ];
  if (wrong.length > 0)
    throw new FaultlineError(
      'environment',
      `the unchanged stub and events do not honour the contract: ${wrong.join('; ')}`,
      '`faultline contracts verify` shows more.',
    );
};
