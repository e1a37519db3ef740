/** docs/vocabulary.md: what scenarios are written in, out of the types and their comments, each with an example out of a scenario. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Condition } from '../../harness/history/conditions.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { loadScenarios, ownScenarios } from '../../harness/scenario/load.ts';
import type { LoadedScenario } from '../../harness/scenario/load.ts';
import { API_BEHAVIOURS } from '../../harness/pipeline/behaviours.ts';
import type { Step } from '../../harness/scenario/types.ts';
import { packageRoot } from '../../harness/base/package-root.ts';
import { cell } from './markdown.ts';
import { oneLine, unionMembers } from './union-members.ts';
import type { UnionMember } from './union-members.ts';

/** Conditions that no shipped scenario needs, as they are written. */
const UNUSED_CONDITIONS: Readonly<Record<string, Condition>> = {
  running: { running: { worker: 'allocation-worker' } },
};

/** And steps. */
const UNUSED_STEPS: Readonly<Record<string, Step>> = {
  tell: { do: 'tell', event: 'PURCHASE_CONFIRMED', subjects: ['ada'], fields: { amountCents: 49_900 } },
};

export const UNUSED = { conditions: UNUSED_CONDITIONS, steps: UNUSED_STEPS };

interface Example {
  readonly value: unknown;
  /** The scenario's file; undefined: of none. */
  readonly file?: string;
}

/** Every object within a value, itself included, outermost first. */
const objectsIn = (value: unknown): readonly object[] =>
  typeof value !== 'object' || value === null ? [] : [value, ...Object.values(value).flatMap(objectsIn)];

const isOf = (member: UnionMember, found: object): boolean =>
  [('kind' in found && found.kind) || '', ('do' in found && found.do) || ''].includes(member.name) ||
  (Object.keys(found).length === 1 && Object.keys(found)[0] === member.name);

const exampleOf = (member: UnionMember, scenarios: readonly LoadedScenario[]): Example | undefined => {
  const all = scenarios.flatMap(({ scenario, file }) =>
    objectsIn({ ...scenario, given: {} })
      .filter((each) => isOf(member, each))
      .map((value) => ({ value, file })),
  );
  // The shortest is the plainest.
  const [shortest] = all.toSorted((a, b) => JSON.stringify(a.value).length - JSON.stringify(b.value).length);
  if (shortest !== undefined) return shortest;
  const value = UNUSED_CONDITIONS[member.name] ?? UNUSED_STEPS[member.name];
  return value === undefined ? undefined : { value };
};

/** As people write it in a scenario. */
const asWritten = (value: unknown): string => {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(asWritten).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Object.keys(value).length === 0) return '{}';
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key}: ${asWritten(inner)}`)
    .join(', ')} }`;
};

const rowOf = (member: UnionMember, scenarios: readonly LoadedScenario[]): string => {
  if (member.comment === '') throw new Error(`nothing says what ${member.name} is: it needs a comment above it`);
  const example = exampleOf(member, scenarios);
  if (example === undefined) throw new Error(`no scenario has ${member.name}, and UNUSED has no example of it`);
  const name = example.file === undefined ? undefined : basename(example.file, '.ts');
  const from = name === undefined ? '' : ` ([${name}](../scenarios/${name}.ts))`;
  return `| \`${member.name}\` | ${cell(member.comment)} | \`${cell(asWritten(example.value))}\`${from} |`;
};

const tableOf = (file: string, union: string, scenarios: readonly LoadedScenario[]): string =>
  [
    '| | what it is | an example |',
    '|---|---|---|',
    ...unionMembers(join(packageRoot, file), union).map((member) => rowOf(member, scenarios)),
  ].join('\n');

/** What a behaviour's file says above it. */
const behaviourRow = (folder: string, name: string): string => {
  const text = readFileSync(join(packageRoot, folder, 'behaviours', `${name}.ts`), 'utf8');
  const comment = /\/\*\*(?<text>[^]*?)\*\/\nexport const \w+: (Own)?Behaviour/.exec(text)?.groups?.['text'] ?? '';
  return `| \`${name}\` | ${cell(oneLine(comment))} |`;
};

/** What the act's function says above it. */
const commentOfAct = (name: string): string => {
  const text = readFileSync(join(packageRoot, 'pipelines/purchase-to-trainer/acts.ts'), 'utf8');
  const called = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const above = text.split(`\nexport const ${called}: Act =`)[0] ?? '';
  return oneLine(/\/\*\*(?:(?!\*\/)[^])*\*\/$/.exec(above)?.[0] ?? '');
};

/** The page. */
export const vocabularyPage = async (): Promise<string> => {
  const scenarios = await loadScenarios([ownScenarios], pipelineOf(shippedPipeline));
  return `# The scenarios' vocabulary

What a scenario may say, beside its name and title. This page is made from the types in \`harness/scenario/types.ts\` and
\`harness/history/conditions.ts\`; a test holds it. The examples are out of the [scenarios](../scenarios/) themselves. How they are put together:
[scenarios](scenarios.md).

## Faults

${tableOf('harness/scenario/types.ts', 'FaultSpec', scenarios)}

## What happens: \`act\` and \`heal\`

${tableOf('harness/scenario/types.ts', 'CommonStep', scenarios)}

A pipeline has further ones of its own, which its declaration names (\`acts\`) and a module of it does. The shipped one's, in
\`pipelines/purchase-to-trainer/acts.ts\`:

| | what the outside world does | an example |
|---|---|---|
${Object.keys(shippedPipeline.acts)
  .map((name) => rowOf({ name, comment: commentOfAct(name), keys: [] }, scenarios))
  .join('\n')}

## Conditions

\`observeUntil\`, \`when\`, \`until\` and \`must\` are conditions over the history. One that names no subject means every subject of the scenario.

${tableOf('harness/history/conditions.ts', 'Condition', scenarios)}

## How the API behaves: \`api-behaviour\`

| | what the stub does |
|---|---|
${API_BEHAVIOURS.map((name) => behaviourRow('harness/services', name)).join('\n')}

Services have further ones of their own, which their declaration names (\`behaviours\`). admin-service's:

| | what the stub does |
|---|---|
${Object.keys(shippedPipeline.services['admin-service'].behaviours)
  .map((name) => behaviourRow('pipelines/purchase-to-trainer/admin-service', name))
  .join('\n')}
`;
};
