/** The event lies there and its worker does not take it: it reads something else, begins behind it, or hangs. */
import { readInstead } from '../../../diagnosis/members.ts';
import type { StageFacts } from '../../../diagnosis/stage.ts';
import type { DuringCase } from '../../../scenario/types.ts';
import { beganBy, beginWith } from '../begin.ts';
import { always } from '../forcing.ts';
import type { Force } from '../forcing.ts';
import { stageOf } from '../situation.ts';

/** Where the worker must be under another group, or have been: what of that the live system does not tell. Undefined: nothing shows it so. */
const untoldOfGroup = ({ declared, worker, passed }: StageFacts): string | undefined => {
  const { role, group, process, members } = worker;
  if (passed.length > 0) return `how ${group} came to stand past ${declared.consumes}`;
  return process === 'running' && members?.length === 0 ? `which group ${role} is in` : undefined;
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
  if (readInstead(stage) !== undefined)
    return {
      faults: [{ kind: 'worker-misconfigured', worker: role, setting: 'wrong-topic' }],
      act: [send],
      observeUntil: emitted,
      during: [expected],
    };
  const untold = untoldOfGroup(stage);
  if (untold !== undefined)
    return {
      faults: [{ kind: 'worker-misconfigured', worker: role, setting: 'new-group', start: 'after-act' }],
      act: [send, { do: 'wait', until: emitted }],
      observeUntil: emitted,
      during: unlessTaken(stage, expected),
      otherwise: [`${untold} is not told; here ${role} comes back under a new group once the event is there`],
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
