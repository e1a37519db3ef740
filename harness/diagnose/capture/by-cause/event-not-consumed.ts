/** The event lies there and its worker does not take it: it reads something else, begins behind it, or hangs. */
import { readInstead } from '../../../diagnosis/members.ts';
import type { StageFacts } from '../../../diagnosis/stage.ts';
import type { DuringCase, Misconfiguration } from '../../../scenario/types.ts';
import { beganBy, beginWith } from '../begin.ts';
import { always } from '../forcing.ts';
import type { Force } from '../forcing.ts';
import { stageOf } from '../situation.ts';
import type { Situation } from '../situation.ts';

/** As it shows in a live system; undefined: it reads what it should, and does not get on. */
const settingOf = ({ facts }: Situation, stage: StageFacts): Misconfiguration | undefined => {
  if (readInstead(stage) !== undefined) return 'wrong-topic';
  return stage.passed.length > 0 || facts.at === 'done' ? 'new-group' : undefined;
};

/** A worker that reads from the beginning takes the event under any group. */
const unlessTaken = ({ role, declared }: StageFacts, causes: DuringCase): readonly [DuringCase, DuringCase] => [
  {
    when: {
      any: [
        ...(declared.calls === undefined ? [] : [{ connected: { worker: role, upstream: declared.calls } }]),
        { taken: { worker: role } },
        { exited: { worker: role } },
      ],
    },
    causes: 'any',
  },
  causes,
];

export const forceEventNotConsumed: Force = (situation, cause) => {
  const stage = stageOf(situation, cause);
  const { role, declared } = stage;
  const begins = beganBy(situation, role);
  if (typeof begins !== 'string') return begins;
  const send = beginWith(situation, begins);
  const emitted = { emitted: { event: declared.consumes } } as const;
  const expected = always({ id: cause.id });
  const setting = settingOf(situation, stage);
  if (setting === 'wrong-topic')
    return {
      faults: [{ kind: 'worker-misconfigured', worker: role, setting }],
      act: [send],
      observeUntil: emitted,
      during: [expected],
    };
  if (setting === 'new-group')
    return {
      faults: [{ kind: 'worker-misconfigured', worker: role, setting, start: 'after-act' }],
      act: [send, { do: 'wait', until: emitted }],
      observeUntil: emitted,
      during: unlessTaken(stage, expected),
      otherwise: [
        `how ${stage.worker.group} came to stand past the event is not told; here its worker comes under a new group once the event is there`,
      ],
    };
  return {
    faults: [{ kind: 'worker-paused', worker: role }],
    act: [send],
    observeUntil: emitted,
    // Well under the session time-outs that consumers have.
    observeDeadlineMs: 20_000,
    during: [expected],
    otherwise: [`why ${role} does not take it is not told; here its process is stopped (SIGSTOP)`],
  };
};
