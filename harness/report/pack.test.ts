import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { resultWith } from '../reporters/testing/results.ts';
import { found, verdictWith } from '../verdict/testing/trials.ts';
import { NO_PREMISES } from '../verdict/premises.ts';
import { NOT_RECORDED, noReturnOf, pageOf } from './collect.ts';
import type { Report, ReportTrial } from './collect.ts';
import { INDEX_ID, historyId } from './data.ts';
import { packPage } from './pack.ts';
import { withSessions } from '../history/testing/sessions.ts';
import { storedHistory } from '../history/testing/stored.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

const HOSTILE = '</script><img src=x onerror="alert(1)">\u202Egnp.$& $1';
const TEMPLATE = '<body><!-- faultline: data --><script>page</script></body>';

const trial = (history: string | undefined, shape = 'skipped'): ReportTrial => ({
  label: 'worker-down',
  result: resultWith('worker-down', verdictWith([['no-event-lost', found(`${shape} of ada`, { worker: 'w', shape })]])),
  judged: true,
  tags: [],
  replay: `again ${HOSTILE}`,
  recorded: () => ({ events: [], text: () => history }),
});

const report = (trials: readonly ReportTrial[], more: Partial<Report> = {}): Report => ({
  title: HOSTILE,
  made: new Date(0),
  faultline: '0',
  trials,
  premises: NO_PREMISES,
  notApplicable: [],
  referenceFor: () => undefined,
  ...more,
});

const read = (page: string, id: string): string => {
  const base64 = new RegExp(`id="${id}">([^<]*)</script>`).exec(page)?.[1] ?? '';
  return gunzipSync(Buffer.from(base64, 'base64')).toString('utf8');
};

test('whatever the data says, it stays inside its element and comes out as it went in', () => {
  const page = packPage(pageOf(report([trial(HOSTILE)])), TEMPLATE);
  expect(page).not.toContain('<img');
  expect(page.match(/<script/g)).toHaveLength(3);
  expect(read(page, historyId(0))).toBe(HOSTILE);
  expect(JSON.parse(read(page, INDEX_ID))).toMatchObject({ title: HOSTILE, trials: [{ replay: `again ${HOSTILE}` }] });
});

test('one passing trial that several are held against is read once, and in the page once', () => {
  let asked = 0;
  const text = (): string => {
    asked += 1;
    return 'reference';
  };
  const reference = { label: 'passed', folder: '/runs/passed', history: text };
  const { histories, index } = pageOf(
    report([trial('one'), trial('two'), trial(undefined)], { referenceFor: () => reference }),
  );
  expect(histories).toEqual(['one', 'reference', 'two']);
  expect(index.trials.map(({ history, reference: other }) => [history, other?.history])).toEqual([
    [0, 1],
    [2, 1],
    [undefined, 1],
  ]);
  expect(asked).toBe(1);
});

test('one that cannot be read is held against nothing, and is not tried again', () => {
  let asked = 0;
  const history = (): undefined => void (asked += 1);
  const referenceFor = () => ({ label: 'passed', folder: '/runs/passed', history });
  const { histories, index } = pageOf(report([trial('one'), trial('two')], { referenceFor }));
  expect(histories).toEqual(['one', 'two']);
  expect(index.trials.map(({ reference }) => reference)).toEqual([undefined, undefined]);
  expect(asked).toBe(1);
});

test('a history that is too long for a text is told to be there, one that cannot be read is not', () => {
  const { events } = storedHistory('hardened/healthy');
  const long = { ...trial(undefined), recorded: () => ({ events, text: () => undefined }) };
  const unread = { ...trial(undefined), recorded: () => ({ ...NOT_RECORDED, tooLong: true as const }) };
  const { histories, index } = pageOf(report([long, unread, trial(undefined)]));
  expect(histories).toEqual([]);
  expect(index.trials.map(({ history, tooLong }) => [history, tooLong])).toEqual([
    [undefined, true],
    [undefined, true],
    [undefined, undefined],
  ]);
});

test('histories are read one after the other, and none is kept', () => {
  const { events } = storedHistory('hardened/healthy');
  const asked: string[] = [];
  const one = (label: string): ReportTrial => ({
    ...trial('', label),
    label,
    recorded: () => {
      asked.push(label);
      return { events, text: () => `${label} of ${asked.length}` };
    },
  });
  expect(pageOf(report([one('first'), one('second')])).histories).toEqual(['first of 1', 'second of 2']);
});

const PIPELINE = pipelineOf(shippedPipeline);

test('no way back: the last event of what an event broke first; none for what is merely missing', () => {
  const at = (invariant: 'mark-follows-effect' | 'groups-drain' | 'ids-agree', evidence: readonly number[]) =>
    [invariant, { ...found('x of ada', { shape: 'x' }), evidence }] as const;
  expect(
    noReturnOf(resultWith('a', verdictWith([at('ids-agree', [3, 9]), at('mark-follows-effect', [7])])), PIPELINE),
  ).toEqual({
    id: 'mark-follows-effect',
    seq: 7,
  });
  expect(noReturnOf(resultWith('a', verdictWith([at('groups-drain', [3])])), PIPELINE)).toBeUndefined();
});

test('no way back is told of the rows of another pipeline as well', () => {
  const finding = { ...found('x of ada', { shape: 'x' }), evidence: [5] };
  const result = resultWith('a', verdictWith([['session-has-allocation', finding]]));
  expect(noReturnOf(result, pipelineOf(withSessions))).toEqual({ id: 'session-has-allocation', seq: 5 });
  expect(noReturnOf(result, PIPELINE)).toBeUndefined();
});
