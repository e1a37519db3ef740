/** A stored run of which anything was cut, changed, repeated or put in: it is said in a sentence, and never judged otherwise. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runs } from '../base/testing/runs.ts';
import { formatEvent } from '../history/file.ts';
import { createSealer, digestOf } from '../history/seal.ts';
import { storedHistory } from '../history/testing/stored.ts';
import type { Scenario } from '../scenario/types.ts';
import { judge } from '../verdict/testing/shipped.ts';
import { NO_PREMISES } from '../verdict/premises.ts';
import { resultWith } from '../reporters/testing/results.ts';
import { SHARD_FILE_VERSION, openShardFile, shardFileName } from '../reporters/shard-file.ts';
import { runHere } from './testing/run-here.ts';
import type { Ended } from './testing/run-here.ts';
import { faultlineVersion } from '../base/version.ts';

const { events } = storedHistory('incident/guard-marked-early');
const LINES = events.map(formatEvent);
const HISTORY = LINES.join('');

const { scenario } = (await import('../../scenarios/guard-marked-early.ts')) as { readonly scenario: Scenario };
const SCENARIO = JSON.stringify({ scenario, seed: 7, workers: 'incident' });
const VERDICT = JSON.stringify({ ...resultWith(scenario.name, judge(events, scenario)), sealed: sealOf(LINES) });

function sealOf(lines: readonly string[]): object {
  const sealer = createSealer();
  lines.forEach(sealer.add);
  return { ...sealer.seal(), documents: { 'scenario.json': digestOf(SCENARIO) } };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-tampered-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const judged = (files: Readonly<Record<string, string>>): Promise<Ended> => {
  const all = { 'history.ndjson': HISTORY, 'scenario.json': SCENARIO, 'verdict.json': VERDICT, ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  const parts = { judge: (read: typeof events, of: Scenario) => Promise.resolve(judge(read, of)) };
  return runHere(['judge', folder], { cwd: folder, env: {}, parts });
};

/** How a text may be no more what it was; `at` and `what` choose. */
const CHANGES: Readonly<Record<string, (text: string, at: number, what: string) => string>> = {
  cut: (text, at) => text.slice(0, at),
  'a byte': (text, at, what) => text.slice(0, at) + what + text.slice(at + 1),
  'put in': (text, at, what) => text.slice(0, at) + what + text.slice(at),
  removed: (text, at) => text.slice(0, at) + text.slice(at + 1),
};

/** The same by lines. */
const LINE_CHANGES: Readonly<Record<string, (lines: readonly string[], at: number) => readonly string[]>> = {
  repeated: (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ''),
  removed: (lines, at) => lines.toSpliced(at, 1),
  swapped: (lines, at) => lines.toSpliced(at, 2, lines[at + 1] ?? '', lines[at] ?? ''),
  'a large number': (lines, at) => lines.with(at, (lines[at] ?? '').replace('"at":', '"large":9007199254740993,"at":')),
  'a larger sequence': (lines, at) => lines.with(at, (lines[at] ?? '').replace(/"seq":\d+/, '"seq":9007199254740993')),
  nested: (lines, at) =>
    lines.with(at, (lines[at] ?? '').replace('"at":', `"json":${'['.repeat(50_000)}${']'.repeat(50_000)},"at":`)),
  'a prototype': (lines, at) => lines.with(at, (lines[at] ?? '').replace('{', '{"__proto__":{"kind":"x","seq":1},')),
  long: (lines, at) => lines.with(at, (lines[at] ?? '').replace('"at":', `"long":"${'x'.repeat(1_000_000)}","at":`)),
  'of another kind': (lines, at) =>
    lines.with(at, (lines[at] ?? '').replace(/"kind":"[^"]*"/, '"kind":"kafka.record"')),
};

const expectSentence = ({ code, stdout, stderr }: Ended, what: string): void => {
  expect([what, code, stdout, stderr]).toEqual([what, 2, '', expect.stringMatching(/^error: [^]*\n$/)]);
  expect([what, stderr]).toEqual([what, expect.not.stringMatching(/^ {4}at |a bug in Faultline/m)]);
};

const changedText = (text: string): fc.Arbitrary<readonly [how: string, changed: string]> =>
  fc
    .tuple(
      fc.constantFrom(...Object.keys(CHANGES)),
      fc.nat(text.length - 2),
      fc.constantFrom('0', '9', '"', '{', '}', 'e', '\n', '\0', '\\', 'é'),
    )
    .map(([how, at, what]) => [`${how} ${at}`, CHANGES[how]?.(text, at, what) ?? text] as const);

const changedLines: fc.Arbitrary<readonly [how: string, changed: string]> = fc
  .tuple(fc.constantFrom(...Object.keys(LINE_CHANGES)), fc.nat(LINES.length - 2))
  .map(([how, at]) => [`${how} ${at}`, (LINE_CHANGES[how]?.(LINES, at) ?? LINES).join('')] as const);

/** Any value of the document, as another kind of value. */
const changedValue = (text: string): fc.Arbitrary<readonly [how: string, changed: string]> => {
  const paths: (readonly string[])[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    if (path.length > 0) paths.push(path);
    if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
  };
  walk(JSON.parse(text), []);
  const others: readonly unknown[] = [
    null,
    true,
    -1,
    1e300,
    '',
    'a\nb',
    [],
    [null],
    {},
    { __proto__: null, constructor: 1 },
  ];
  return fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...others)).map(([path, other]) => {
    const document = JSON.parse(text) as Record<string, unknown>;
    let holder = document;
    for (const step of path.slice(0, -1)) holder = holder[step] as Record<string, unknown>;
    holder[path.at(-1) ?? ''] = other;
    return [`${path.join('.')} as ${JSON.stringify(other)}`, JSON.stringify(document)] as const;
  });
};

describe('a stored run', () => {
  it('that is as it was has its verdict', async () => {
    const { code, stdout, stderr } = await judged({});
    expect(stderr).toBe('');
    expect(code).toBe(1);
    expect(stdout).toContain('the same verdict as stored: failed');
  });

  it('whose history is not as it was judged is not judged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(changedText(HISTORY), changedLines), async ([how, history]) => {
        if (history !== HISTORY) expectSentence(await judged({ 'history.ndjson': history }), how);
      }),
      runs(60),
    );
  });

  it('whose scenario is not that of its verdict is not judged', async () => {
    await fc.assert(
      fc.asyncProperty(changedText(SCENARIO), async ([how, text]) => {
        if (text !== SCENARIO) expectSentence(await judged({ 'scenario.json': text }), how);
      }),
      runs(30),
    );
  });

  it('whose verdict was changed is judged as it was, or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(changedText(VERDICT), changedValue(VERDICT)), async ([how, text]) => {
        const ended = await judged({ 'verdict.json': text });
        if (ended.code === 2) expectSentence(ended, how);
        else expect([how, ended.code, ended.stderr]).toEqual([how, 1, '']);
      }),
      runs(25),
    );
  });

  it('that was never judged, with events that are none, is no bug of ours', async () => {
    const bare = (text: string): Promise<Ended> => {
      rmSync(join(folder, 'verdict.json'), { force: true });
      writeFileSync(join(folder, 'history.ndjson'), text);
      writeFileSync(join(folder, 'scenario.json'), SCENARIO);
      const parts = { judge: (read: typeof events, of: Scenario) => Promise.resolve(judge(read, of)) };
      return runHere(['judge', folder], { cwd: folder, env: {}, parts });
    };
    const kinds = ['kafka.record', 'postgres.commit', 'http.request', 'process.log', 'offsets.group-described'];
    for (const kind of kinds) {
      const at = LINES.length - 3;
      const text = LINES.with(at, `{"kind":"${kind}","seq":${at + 1},"at":1}\n`).join('');
      const ended = await bare(text);
      if (ended.code === 2) expectSentence(ended, kind);
      expect([kind, ended.code, ended.stderr]).toEqual([
        kind,
        expect.toBeOneOf([0, 1, 2, 3]),
        expect.not.stringContaining('a bug'),
      ]);
    }
  });
});

describe('a shard', () => {
  it('of which anything was changed is merged as it was, or not at all', async () => {
    const result = { ...resultWith(scenario.name, judge(events, scenario)), runDir: join(folder, 'away') };
    const head = {
      version: SHARD_FILE_VERSION as typeof SHARD_FILE_VERSION,
      faultline: faultlineVersion(),
      shard: { index: 1, count: 1 },
      seed: 7,
      repeat: 1,
      fresh: false,
      waiting: {},
      workers: { name: 'incident' },
      selection: { [scenario.name]: 'x' },
      notApplicable: [],
      planned: [{ name: scenario.name, label: scenario.name, seed: 7 }],
    };
    const shard = openShardFile(folder, head, NO_PREMISES, () => 1);
    shard.reporter.onEnvironment?.({ mode: 'embedded', kafka: '4', postgres: '18', startedInMs: 1 });
    shard.reporter.onResult?.({
      result,
      label: scenario.name,
      replayCommand: '',
      events: () => [],
      place: () => undefined,
    });
    shard.end(1);
    const file = join(folder, shardFileName(head.shard));
    const whole = readFileSync(file, 'utf8');
    const merged = (text: string): Promise<Ended> => {
      writeFileSync(file, text);
      return runHere(['merge', folder], { cwd: folder, env: {} });
    };
    expect((await merged(whole)).stderr).toBe('');
    expect(await merged(whole)).toMatchObject({ code: 1, stderr: '' });
    await fc.assert(
      fc.asyncProperty(fc.oneof(changedText(whole), changedValue(whole)), async ([how, text]) => {
        const ended = await merged(text);
        if (ended.code === 2) expectSentence(ended, how);
        else expect([how, ended.code, ended.stderr]).toEqual([how, 1, '']);
      }),
      runs(100),
    );
  });
});
