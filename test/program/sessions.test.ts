/** The pipeline to sessions, on real parts: the shipped one with a third stage, by declaration alone. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../../harness/base/errors.ts';
import { faultline, temporaryFolder } from '../support/cli.ts';
import { eventsIn, eventsOf, readJson, rowOf, runFoldersIn, violatedIn } from '../support/run-output.ts';

test('payments get on to their sessions, and an announcement that never came is the session-worker’s', async () => {
  const folder = await temporaryFolder();
  const json = join(folder, 'run.json');
  const names = ['healthy', 'sessions-topic-missing'];
  const of = ['--pipeline', 'purchase-to-sessions', '--workers', 'incident', '--seed', '7'];
  const { code, stdout, stderr } = await faultline(['run', ...names, ...of, '--out', folder, '--json', json]);
  const document = readJson(json);
  const said = `${stdout}${stderr}`;
  expect(rowOf(document, 'healthy').verdict, said).toBe('passed');
  expect(violatedIn(rowOf(document, 'sessions-topic-missing')), said).toEqual(['session-is-announced']);
  expect(code).toBe(EXIT.failed);
  const healthy = runFoldersIn(folder).find((run) => run.endsWith('-healthy')) ?? '';
  const inserted = eventsOf(eventsIn(healthy), 'postgres.commit').flatMap(({ changes }) =>
    changes.filter(({ table, op }) => table === 'tutoring_sessions' && op === 'insert'),
  );
  expect(inserted).toHaveLength(5 * 7);
}, 600_000);
