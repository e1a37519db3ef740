/**
 * What every stored history was judged to be: outcome, invariants, causes with their evidence, and how it is told and
 * drawn. A change that is meant to leave judging as it is changes none of it; one that means to changes it on purpose:
 * `FAULTLINE_RECORD_JUDGEMENTS=1 npx vitest run harness/verdict/drift.test.ts` records anew, and `git diff --stat` says so.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { History } from '../history/history.ts';
import { STORED, STORED_FURTHER, storedFurther, storedHistory } from '../history/testing/stored.ts';
import { timelineOf } from '../history/timeline.ts';
import { viewOf } from '../report/view/view.ts';
import type { Scenario } from '../scenario/types.ts';
import { judge } from './testing/shipped.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const KEPT = join(root, 'test/judged/judgements.json.gz');

const scenariosIn = async (folder: string): Promise<readonly Scenario[]> => {
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return Promise.all(
    files.map(async (file) => ((await import(join(root, folder, file))) as { readonly scenario: Scenario }).scenario),
  );
};

const scenarios = new Map(
  (await Promise.all(['scenarios', 'fixtures/scenarios'].map(scenariosIn)))
    .flat()
    .map((scenario) => [scenario.name, scenario]),
);

/** Long, and wrong only where something else is: what it comes to is enough. */
const digest = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('hex');

/** Of a scenario that is no more nothing is expected. */
const unknownScenario = (name: string): Scenario => ({
  name,
  title: name,
  tags: [],
  given: { subjects: {} },
  faults: [],
  act: [],
});

const judged = (history: History) => {
  const { scenario: name } = history.started;
  const { events, steps, lanes, pairs, spans } = viewOf(history.events);
  return {
    verdict: judge(history.events, scenarios.get(name) ?? unknownScenario(name)),
    timelines: digest(history.subjects.map((subject) => timelineOf(history, subject))),
    told: digest(events.map(({ seq, subjects, text, sign, story }) => ({ seq, subjects, text, sign, story }))),
    lanes: digest([lanes, events.map((event) => event.lanes)]),
    steps: digest(steps),
    order: digest([pairs, spans]),
  };
};

const histories: readonly (readonly [name: string, read: () => History])[] = [
  ...STORED.map((name) => [name, () => storedHistory(name)] as const),
  ...STORED_FURTHER.map((name) => [`further ${name}`, () => storedFurther(name)] as const),
];

if (process.env['FAULTLINE_RECORD_JUDGEMENTS'] === '1')
  writeFileSync(
    KEPT,
    gzipSync(JSON.stringify(Object.fromEntries(histories.map(([name, read]) => [name, judged(read())]))), { level: 9 }),
  );

const kept = JSON.parse(gunzipSync(readFileSync(KEPT)).toString('utf8')) as Readonly<Record<string, unknown>>;

test('every stored history has its judgement, and there is none of others', () =>
  expect(Object.keys(kept)).toEqual(histories.map(([name]) => name)));

test.each(histories)('%s is judged and told as it was', (name, read) =>
  expect(JSON.parse(JSON.stringify(judged(read())))).toEqual(kept[name]),
);
