/**
 * The catalogue of stable codes: one for every invariant (of the shipped pipeline; of another one's rows, by their rule), every cause, everything else that a scenario is held to, and every kind of
 * doubt. A code never changes its meaning and is never given twice; what goes leaves a hole.
 */
import { CAUSE_IDS, INVARIANT_IDS } from '../history/verdict.ts';
import type { CauseId, InvariantId } from '../history/verdict.ts';

export type CodeKind = 'invariant' | 'cause' | 'expectation' | 'doubt';

export interface CodeEntry {
  /** `FL108`. */
  readonly code: string;
  readonly kind: CodeKind;
  /** As reports name it. */
  readonly id: string;
  /** One or two sentences in the domain's words. */
  readonly meaning: string;
}

type Row = readonly [code: string, meaning: string];

const INVARIANTS: Readonly<Record<InvariantId, Row>> = {
  'mark-follows-effect': [
    'FL101',
    'A worker marked an event in the guard, and its effect was not committed in the same or an earlier transaction. A repetition of the event is skipped from then on, and the effect may never come.',
  ],
  'one-active-allocation': [
    'FL102',
    'A student has two approved or active trainers for one course, or two different allocations were announced for one purchase.',
  ],
  'one-active-purchase': ['FL103', 'A student has two active purchases of one course, or two were announced.'],
  'allocation-has-purchase': [
    'FL104',
    'An allocation was committed for a student and course without an active purchase.',
  ],
  'purchase-has-payment': ['FL105', 'A purchase was committed that nobody has paid.'],
  'ids-agree': [
    'FL106',
    'An event names a row that is not there, or one that says otherwise whose it is; or a truthful answer named another row.',
  ],
  'announced-means-committed': ['FL107', 'Something was announced whose row is never committed, or provably later.'],
  'no-event-lost': [
    'FL108',
    'An offset is committed past an event that has had no effect and is not in the dead-letter queue: nobody will read it again.',
  ],
  'dead-letter-once': [
    'FL109',
    'An event is in the dead-letter queue twice, before the documented attempts, or although it had its effect.',
  ],
  'messages-honour-contract': ['FL110', 'A record on a known topic does not fit its contract.'],
  'calls-honour-contract': ['FL111', 'A call to a service does not fit the contract.'],
  'payment-gets-purchase': ['FL112', 'In the end a payment has had no active purchase.'],
  'purchase-gets-event': [
    'FL113',
    'In the end the event that the next stage works on was never published for a purchase.',
  ],
  'purchase-gets-allocation': [
    'FL114',
    'In the end a purchase has had no allocation: the student has paid and has no trainer.',
  ],
  'purchase-is-announced': ['FL115', 'In the end a purchase lacks an event that its stage owes.'],
  'allocation-is-announced': ['FL116', 'In the end an approved or active allocation was never announced.'],
  'event-gets-marked': [
    'FL117',
    'In the end the guard has no row for an event: a repetition would be worked on again.',
  ],
  'groups-drain': ['FL118', 'A consumer group has records left at or above its committed offset.'],
};

const CAUSES: Readonly<Record<CauseId, Row>> = {
  'worker-not-running': [
    'FL201',
    'No process of the worker lives and its group has no member. Start it; see why it exited.',
  ],
  'topic-missing': [
    'FL202',
    'A topic that the payment still needs is absent. Make it; workers that died of it come back by themselves or are started again.',
  ],
  'event-not-emitted': [
    'FL203',
    'The topic was read completely and holds no event for this student and course. Publish it again from the row.',
  ],
  'guard-marked-without-allocation': [
    'FL204',
    'The guard says the event is done and there is nothing of what it is for. Remove the mark, then publish the event again.',
  ],
  'event-not-consumed': [
    'FL205',
    'The event is there, a process runs, and nothing shows the event taken: look at its group, topic and partition assignment.',
  ],
  'api-not-called': [
    'FL206',
    'The event was taken and the service that its stage calls received no request: look at the address, the network and what the worker does before it calls.',
  ],
  'api-failing': [
    'FL207',
    'The service that its stage calls was called and answered with an error, not at all, or with success and no row.',
  ],
};

interface Further extends CodeEntry {
  /** What the texts of it look like. */
  readonly looks: RegExp;
}

/** Rules that are made from a pipeline's declaration, of what another pipeline than the shipped one calls its rows. */
const MADE: readonly Further[] = [
  {
    code: 'FL119',
    kind: 'invariant',
    id: 'one-active-…',
    looks: /^one-active-./,
    meaning: 'A student has two rows for one course of which the pipeline declares one, or two were announced.',
  },
  {
    code: 'FL120',
    kind: 'invariant',
    id: '…-has-…',
    looks: /^.+-has-./,
    meaning: 'A row was committed without what the pipeline declares that it requires.',
  },
  {
    code: 'FL121',
    kind: 'invariant',
    id: '…-gets-event',
    looks: /^.+-gets-event$/,
    meaning: 'In the end the event that the next stage works on was never published for a row.',
  },
  {
    code: 'FL122',
    kind: 'invariant',
    id: '…-gets-…',
    looks: /^.+-gets-./,
    meaning: 'In the end something that was begun, or a row, has had no effect of the next stage.',
  },
  {
    code: 'FL123',
    kind: 'invariant',
    id: '…-is-announced',
    looks: /^.+-is-announced$/,
    meaning: 'In the end a row lacks an event that its stage owes.',
  },
];

const EXPECTATIONS: readonly Further[] = [
  {
    code: 'FL301',
    kind: 'expectation',
    id: 'causes/unexpected',
    looks: /^causes\/unexpected/,
    meaning: 'A cause was found that the scenario does not expect there.',
  },
  {
    code: 'FL302',
    kind: 'expectation',
    id: 'causes/missing',
    looks: /^causes\/missing/,
    meaning: 'A cause that the scenario expects was not found.',
  },
  {
    code: 'FL303',
    kind: 'expectation',
    id: 'causes/no-case-applies',
    looks: /^causes\/no-case-applies/,
    meaning: 'None of the cases that the scenario lists applies to what happened.',
  },
  {
    code: 'FL304',
    kind: 'expectation',
    id: 'causes/otherwise',
    looks: /^causes\//,
    meaning: 'The causes are others than expected, in rank or number.',
  },
  {
    code: 'FL305',
    kind: 'expectation',
    id: 'after',
    looks: /^after\//,
    meaning: "A condition of the scenario's own does not hold at the end.",
  },
];

const DOUBTS: readonly Further[] = [
  {
    code: 'FL401',
    kind: 'doubt',
    id: 'harness',
    looks: /^the harness itself had a problem/,
    meaning: 'Faultline or its environment failed. It accuses nobody; run the trial again.',
  },
  {
    code: 'FL402',
    kind: 'doubt',
    id: 'fault-not-fired',
    looks: /^the fault .* did not fire/,
    meaning: 'A fault did not strike: what rests on it was not tried.',
  },
  {
    code: 'FL403',
    kind: 'doubt',
    id: 'barrier',
    looks: /barrier/,
    meaning: 'A source could not be read up to a moment that is known: what is absent there proves nothing.',
  },
  {
    code: 'FL404',
    kind: 'doubt',
    id: 'undecidable',
    looks: / cannot be decided/,
    meaning: 'An invariant cannot be decided: a source that it rests on is not complete, or the history is not clear.',
  },
  {
    code: 'FL405',
    kind: 'doubt',
    id: 'moment-missed',
    looks: /^the moment to look for causes did not come|^the trial ended before the observation/,
    meaning: 'The moment at which causes are to be looked for did not come.',
  },
  {
    code: 'FL406',
    kind: 'doubt',
    id: 'waited-in-vain',
    looks: /^the scenario waited /,
    meaning: 'A step of the scenario waited in vain, and what was to follow was left out.',
  },
  {
    code: 'FL407',
    kind: 'doubt',
    id: 'not-settled',
    looks: /^the trial ended before it could settle|^it had not settled/,
    meaning: 'The pipeline still had something to do when the trial had to end.',
  },
  {
    code: 'FL408',
    kind: 'doubt',
    id: 'too-early',
    looks: /^judged too early/,
    meaning: "Something about the trial's ids arrived after its verdict.",
  },
  {
    code: 'FL409',
    kind: 'doubt',
    id: 'worker-escaped',
    looks: / did not end or stand still/,
    meaning: 'A worker went on although it was killed or paused: the fault did not reach all of it.',
  },
  {
    code: 'FL410',
    kind: 'doubt',
    id: 'past-the-proxy',
    looks: /prox(?:y|ies)/,
    meaning: 'A worker used an upstream past its proxy: faults there cannot reach it.',
  },
  {
    code: 'FL499',
    kind: 'doubt',
    id: 'other',
    looks: /./,
    meaning: 'Something else kept the trial from being decided; its text says what.',
  },
];

const rows = <Id extends string>(
  kind: CodeKind,
  ids: readonly Id[],
  of: Readonly<Record<Id, Row>>,
): readonly CodeEntry[] => ids.map((id) => ({ code: of[id][0], kind, id, meaning: of[id][1] }));

const further = (all: readonly Further[]): readonly CodeEntry[] =>
  all.map(({ code, kind, id, meaning }) => ({ code, kind, id, meaning }));

export const CODES: readonly CodeEntry[] = [
  ...rows('invariant', INVARIANT_IDS, INVARIANTS),
  ...further(MADE),
  ...rows('cause', CAUSE_IDS, CAUSES),
  ...further([...EXPECTATIONS, ...DOUBTS]),
];

const byId = new Map(CODES.map((entry) => [entry.id, entry.code]));

/** Of a finding by its id (`no-event-lost/allocation-worker/skipped`), or of a cause by its own. */
export const codeOf = (id: string): string | undefined => {
  const [rule = id] = id.split('/');
  return (
    EXPECTATIONS.find(({ looks }) => looks.test(id))?.code ??
    byId.get(rule) ??
    MADE.find(({ looks }) => looks.test(rule))?.code
  );
};

/** Of the reason why something could not be decided. */
export const codeOfDoubt = (reason: string): string | undefined => DOUBTS.find(({ looks }) => looks.test(reason))?.code;

/** `FL108 no-event-lost/…`: an id with its code, where it has one. */
export const coded = (code: string | undefined, id: string): string => (code === undefined ? id : `${code} ${id}`);
