import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ALLOCATION_GROUP,
  PURCHASE_GROUP,
  allocation,
  confirmed,
  created,
  guard,
  live,
  purchase,
} from '../diagnose/testing/live.ts';
import type { Snapshot } from '../diagnose/snapshot.ts';
import { toHistory } from '../diagnose/to-history.ts';
import { declarationHash } from '../history/declared.ts';
import { formatEvent } from '../history/file.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { loadFile } from '../scenario/load.ts';
import { EVIL } from './testing/hostile-shard.ts';
import { runHere } from './testing/run-here.ts';

const members = { [PURCHASE_GROUP]: ['purchase-confirmed'], [ALLOCATION_GROUP]: ['purchase-created'] };
const waiting = { records: [confirmed(), created()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5 } };
const done = { ...waiting, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 }, members, allocations: [allocation] };
const twice = { ...done, allocations: [allocation, { ...allocation, id: '8a2f3f4e-1111-4222-8333-944455556666' }] };

const textOf = (snapshot: Snapshot): string => toHistory(snapshot).map(formatEvent).join('');

/** Of a pipeline that calls its payments so, and whose guard is written by whom it calls so. */
const evilText = (): string => {
  const evil = `${EVIL}\n*/ process.exit(1); //`;
  const marked = { ...done, allocations: [], guards: [{ ...guard('PURCHASE_CREATED'), source: evil }] };
  const [started, ...others] = toHistory(live(marked, {}));
  if (started?.kind !== 'trial.started') throw new Error('a history begins with the start');
  const { subject, acts = {} } = started.pipeline;
  const named = Object.entries(acts).map(([name, act]) => [name, { ...act, as: evil }]);
  const pipeline: PipelineDeclaration = {
    ...started.pipeline,
    subject: { ...subject, called: evil },
    acts: Object.fromEntries(named) as NonNullable<PipelineDeclaration['acts']>,
  };
  return [{ ...started, pipeline, declared: declarationHash(pipeline) }, ...others].map(formatEvent).join('');
};

/** Of a pipeline with another name. */
const shopText = (): string => {
  const [started, ...others] = toHistory(live(waiting, {}));
  if (started?.kind !== 'trial.started') throw new Error('a history begins with the start');
  const pipeline: PipelineDeclaration = { ...started.pipeline, name: 'shop' };
  return [{ ...started, pipeline, declared: declarationHash(pipeline) }, ...others].map(formatEvent).join('');
};

let folder: string;
let cwd: string;
let projects = 0;

const save = (name: string, text: string): void => {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'history.ndjson'), text);
};

const capture = async (...args: readonly string[]) => runHere(['capture', ...args], { cwd, env: {} });
const from = (name: string): readonly string[] => ['--from', join(folder, name)];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-capture-'));
  save('waiting', textOf(live(waiting, {})));
  save('done', textOf(live(done, {})));
  save('twice', textOf(live(twice, {})));
  save('work', textOf(live({ ...waiting, members }, {})));
  save('run', textOf(live(waiting, {})).split('\n').slice(0, 2).join('\n'));
  save('evil', evilText());
  save('shop', shopText());
});
beforeEach(() => {
  cwd = join(folder, `project-${(projects += 1)}`);
  mkdirSync(cwd);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a scenario is written', () => {
  it('beside the project’s, and says how it is run', async () => {
    const { code, stdout } = await capture(...from('waiting'));
    expect(code).toBe(0);
    const [file = ''] = readdirSync(join(cwd, 'scenarios'));
    expect(file).toMatch(/^captured-worker-not-running-[0-9a-f]{8}\.ts$/);
    expect(stdout).toContain(`npx faultline run scenarios/${file}`);
    const [loaded] = await loadFile(join(cwd, 'scenarios', file), pipelineOf(shippedPipeline));
    expect(`${loaded?.scenario.name}.ts`).toBe(file);
  });

  it('into the first folder of scenarios of the configuration, or where it is said', async () => {
    writeFileSync(join(cwd, 'faultline.config.mjs'), "export default { scenarios: ['chaos'] };\n");
    mkdirSync(join(cwd, 'chaos'));
    expect((await capture(...from('waiting'))).code).toBe(0);
    expect(readdirSync(join(cwd, 'chaos'))).toHaveLength(1);
    expect((await capture(...from('waiting'), '--out', 'new/one.ts')).code).toBe(0);
    expect(existsSync(join(cwd, 'new/one.ts'))).toBe(true);
  });

  it('and code that came with what is captured does not run', async () => {
    cwd = join(folder, 'hostile');
    save('hostile', textOf(live(waiting, {})));
    writeFileSync(join(cwd, 'faultline.config.mjs'), "throw new Error('it ran');\n");
    const { code, stderr } = await capture('--from', '.');
    expect([code, stderr]).toEqual([2, expect.stringContaining('stands beside history.ndjson')]);
  });

  it('over another one only where that is asked for', async () => {
    writeFileSync(join(cwd, 'mine.ts'), 'mine');
    const { code, stderr } = await capture(...from('waiting'), '--out', 'mine.ts');
    expect([code, stderr]).toEqual([2, expect.stringContaining('mine.ts is there already')]);
    expect(readFileSync(join(cwd, 'mine.ts'), 'utf8')).toBe('mine');
    expect((await capture(...from('waiting'), '--out', 'mine.ts', '--force')).code).toBe(0);
    expect(readFileSync(join(cwd, 'mine.ts'), 'utf8')).toContain('captured-worker-not-running');
  });
});

describe('no scenario is written', () => {
  it.each([
    [['done'], 0, 'nothing is wrong'],
    [['work'], 3, 'shows no cause'],
    [['twice'], 1, 'FL0108 duplicate-rows'],
    [['waiting', '--cause', 'FL0102'], 2, '--cause FL0102: that cause was not found'],
    [['evil'], 2, 'is declared otherwise in this project'],
    [['shop'], 2, "this was read of the pipeline shop, and the project's is purchase-to-trainer"],
    [['waiting', '--payment', 'x'], 2, '--from does not go with'],
    [['waiting', '--out', 'incident.json'], 2, '--out incident.json is not allowed'],
    [['waiting', '--out', '/proc/nowhere/it.ts'], 2, 'cannot write to /proc/nowhere'],
    [['run'], 2, 'it is of a run'],
    [['nowhere'], 2, 'there is no run folder'],
  ] as const)('%j', async ([name, ...more], wanted, says) => {
    const { code, stdout, stderr } = await capture(...from(name), ...more);
    expect({ code, said: stdout + stderr }).toEqual({ code: wanted, said: expect.stringContaining(says) as string });
    expect(readdirSync(cwd)).toEqual([]);
  });
});

it('a name that would end its line or its text ends neither', async () => {
  const { code, stdout, stderr } = await capture(...from('evil'), '--out', 'evil.ts');
  expect({ code, said: stdout + stderr }).toEqual({
    code: 0,
    said: expect.stringContaining('wrote evil.ts') as string,
  });
  const text = readFileSync(join(cwd, 'evil.ts'), 'utf8');
  const [loaded] = await loadFile(join(cwd, 'evil.ts'), pipelineOf(shippedPipeline));
  expect(loaded?.scenario.faults).toEqual([
    { kind: 'guard-marked', event: 'PURCHASE_CREATED', subject: 'ada', writer: `${EVIL}\n*/ process.exit(1); //` },
  ]);
  const begins = text.split('\n').filter((line) => /^\s*(?:\*\/|process|::)/.test(line));
  expect(begins).toEqual([]);
});
