import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../base/package-root.ts';
import { loadConfig } from '../config/load.ts';
import { PlainText } from '../contract/plain-text.ts';
import type { NewEvent } from '../history/events.ts';
import { createRecorder } from '../recorder/recorder.ts';
import { openRunFolder } from './run-folder.ts';
import { createdRecord } from './testing/log.ts';
import { openTrialLog } from './trial-log.ts';

const ID = '30f88e6f-9b28-4799-a434-c9ee1058c71b';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'faultline-log-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const opened = async () => {
  const set = (await loadConfig({ cwd: packageRoot })).workerSets['hardened']!;
  // Nobody may write into what a team declares.
  const workers = { ...set, pipeline: Object.freeze({ ...set.pipeline }) };
  const folder = openRunFolder(out, 'healthy', new Date(0));
  const recorder = createRecorder(() => 0);
  const scenario = { name: 'healthy', title: 'x', tags: [], given: { subjects: {} }, faults: [], act: [] };
  const log = openTrialLog({
    request: { scenario, seed: 1 },
    subjects: [],
    workers,
    pacts: '',
    versions: {},
    sharedClock: true,
    recorder,
    folder,
  });
  return { log, recorder, folder, workers };
};

const record = (text: string): NewEvent => ({
  ...createdRecord(0, ID),
  headers: { id: ID },
  value: { text },
  json: JSON.parse(text) as unknown,
});

test('an event is held small, heard of as it was recorded, and on disk as it came', async () => {
  const { log, recorder, folder } = await opened();
  const heard: unknown[] = [];
  recorder.subscribe((event) => heard.push(JSON.parse(JSON.stringify(event))));
  const event = record(`{"id":"${ID}","n":[1,"1.5"]}`);
  const came = JSON.stringify(event).slice(1);
  log.record(event);
  const [held] = log.events.slice(-1);
  // On disk is at once what the trial itself tells, with what was before it.
  log.phase('act');
  expect(held).toMatchObject({ value: expect.any(PlainText) as unknown });
  expect(held).toEqual({ ...event, seq: 2, at: 0 });
  expect(heard[0]).toEqual({ ...event, seq: 2, at: 0 });
  const lines = readFileSync(join(folder.dir, 'history.ndjson'), 'utf8').split('\n');
  expect(lines[1]).toBe(`{"seq":2,"at":0,${came}`);
  // Nothing is lost where the text says more than the value.
  const odd = record('{"n":1.50}');
  log.record(odd);
  expect(log.events.at(-1)).toEqual({ ...odd, seq: 4, at: 0 });
});

test('what is declared stays as it is', async () => {
  const { log, workers } = await opened();
  const [started] = log.events;
  expect(started).toMatchObject({ kind: 'trial.started' });
  expect(started?.kind === 'trial.started' && started.pipeline).toBe(workers.pipeline);
});

test('an event of which a part may not be written to is recorded as any other', async () => {
  const { log, recorder } = await opened();
  const heard: unknown[] = [];
  recorder.subscribe((event) => heard.push(event));
  const response: NewEvent<'http.response'> = {
    kind: 'http.response',
    source: 'http',
    call: 1,
    status: 201,
    body: null,
    behaviour: 'lies',
    falsified: Object.freeze(['row-missing'] as const),
    ended: 'answered',
  };
  log.record({
    kind: 'http.request',
    source: 'http',
    call: 1,
    connection: 1,
    worker: 'allocation-worker',
    service: 'admin-service',
    method: 'POST',
    path: '/',
    headers: {},
    body: { text: '' },
  });
  expect(log.record(response)).toBe(3);
  expect(heard.at(-1)).toEqual({ ...response, seq: 3, at: 0 });
});
