import { expect, it } from 'vitest';
import { withSessions } from '../../history/testing/sessions.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { scenarioProblems } from '../../scenario/validate.ts';
import type { Look, Snapshot } from '../snapshot.ts';
import {
  ALLOCATION_GROUP,
  PURCHASE_GROUP,
  allocation,
  confirmed,
  created,
  live,
  purchase,
  record,
} from '../testing/live.ts';
import { toHistory } from '../to-history.ts';
import { chooseCause } from './choose.ts';
import { fileText } from './file-text.ts';
import { isUnforced } from './forcing.ts';
import { scenarioOf } from './scenario-of.ts';
import { situationOf } from './situation.ts';

const pipeline = pipelineOf(withSessions);

const withThird = (look: Look): Look => ({
  ...look,
  groups: {
    ...look.groups,
    [pipeline.stage('session-worker').group]: { value: { state: 'Dead', members: [], committed: {} } },
  },
});

const allocated = record('trainer-allocated', 'TRAINER_ALLOCATED', {
  allocationId: allocation['id'],
  trainerId: allocation['trainer_id'],
});

const seen = {
  records: [confirmed(), created(), allocated],
  purchases: [purchase],
  allocations: [allocation],
  at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 },
};

it('a stage of another pipeline is brought down by its own name', () => {
  const {
    looks: [first, ...others],
    ...rest
  } = live(seen, {});
  const snapshot: Snapshot = { ...rest, pipeline: withSessions, looks: [withThird(first), ...others.map(withThird)] };
  const situation = situationOf(toHistory(snapshot));
  const chosen = chooseCause(situation, undefined);
  const found = chosen === undefined ? undefined : scenarioOf(situation, chosen, '2e87e3f1');
  if (found === undefined || isUnforced(found)) throw new Error('nothing is wrong, or nothing brings it about');
  expect(found.scenario).toMatchObject({
    faults: [{ kind: 'worker-stopped', worker: 'session-worker' }],
    act: [{ do: 'pay', subjects: ['ada'] }],
    observeUntil: { emitted: { event: 'TRAINER_ALLOCATED' } },
    during: [{ when: { always: true }, causes: [{ id: 'worker-not-running' }] }],
  });
  expect(scenarioProblems(found.scenario, pipeline)).toEqual([]);
  expect(fileText(found, 'payment', false)).toContain('} satisfies Scenario<Vocabulary>;');
});
