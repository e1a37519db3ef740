/** What is listed, from top to bottom: events, steps that are folded, surroundings that are folded, what a passing trial has more. */
import type { TrialPhase } from '../../history/events.ts';
import type { Step } from './steps.ts';
import type { View, ViewEvent } from './view.ts';

/** How an event stands to a trial that passed. */
export type Standing = 'additional' | 'moved';

/** An event of the passing trial that is missing here. */
export interface Ghost {
  readonly event: ViewEvent;
  /** It would follow the event with this seq; 0: come first. */
  readonly behind: number;
}

interface Base {
  readonly key: string;
  /** ms since the trial began. */
  readonly at: number;
  /** `seq` of all events in it. */
  readonly seqs: readonly number[];
}

export type Row =
  | (Base & { readonly kind: 'event'; readonly event: ViewEvent; readonly step?: Step; readonly standing?: Standing })
  | (Base & { readonly kind: 'step'; readonly step: Step; readonly events: readonly ViewEvent[] })
  | (Base & { readonly kind: 'phase'; readonly phase: TrialPhase })
  | (Base & { readonly kind: 'aside'; readonly events: readonly ViewEvent[] })
  | (Base & { readonly kind: 'ghost'; readonly event: ViewEvent });

export interface RowsState {
  /** Ids of steps that stand open. */
  readonly open: ReadonlySet<string>;
  /** Keys of surroundings that stand open; `all`: all of them. */
  readonly asides: ReadonlySet<string>;
  /** Only this payment and what belongs to none; undefined: all. */
  readonly subject: string | undefined;
  /** Never folded into the surroundings. */
  readonly keep: ReadonlySet<number>;
  readonly standings?: ReadonlyMap<number, Standing>;
  readonly ghosts?: readonly Ghost[];
}

const isMeant = ({ subjects }: ViewEvent, subject: string | undefined): boolean =>
  subject === undefined || subjects.length === 0 || subjects.includes(subject);

/** Steps whose events are told in one row, by the `seq` of each of their events. */
const foldedBySeq = (view: View, { open, subject }: RowsState): ReadonlyMap<number, Step> => {
  const folded = new Map<number, Step>();
  const shown = new Set<number>();
  for (const step of view.steps) {
    if (subject !== undefined && step.subject !== subject) continue;
    for (const seq of step.seqs)
      if (open.has(step.id)) shown.add(seq);
      else folded.set(seq, folded.get(seq) ?? step);
  }
  for (const seq of shown) folded.delete(seq);
  return folded;
};

/** Is nothing missing in the step, so that it can be told in one row? */
export const isComplete = ({ parts, records }: Step): boolean =>
  records.length > 0 && parts.every(({ seqs, name }) => seqs.length > 0 && name !== 'dead letter');

/** Steps that stand open at first: those that lack something, or hold what is pointed at. */
export const openAtFirst = (view: View, evidence: ReadonlySet<number>): ReadonlySet<string> =>
  new Set(
    view.steps.filter((step) => !isComplete(step) || step.seqs.some((seq) => evidence.has(seq))).map(({ id }) => id),
  );

export const rowsOf = (view: View, state: RowsState): readonly Row[] => {
  const folded = foldedBySeq(view, state);
  const stepOf = new Map(view.steps.flatMap((step) => step.seqs.map((seq) => [seq, step] as const)));
  const ghosts = new Map<number, Ghost[]>();
  for (const ghost of state.ghosts ?? []) ghosts.set(ghost.behind, [...(ghosts.get(ghost.behind) ?? []), ghost]);
  const told = new Set<string>();
  const bySeq = new Map(view.events.map((event) => [event.seq, event]));
  const rows: Row[] = [];
  let asides: ViewEvent[] = [];
  const endAsides = (): void => {
    const [first] = asides;
    if (first === undefined) return;
    const key = `aside ${first.seq}`;
    // One alone takes as much room as the words that there is one.
    if (asides.length === 1 || state.asides.has('all') || state.asides.has(key))
      for (const event of asides) push(event);
    else rows.push({ kind: 'aside', key, at: first.at, seqs: asides.map(({ seq }) => seq), events: asides });
    asides = [];
  };
  const push = (event: ViewEvent): void => {
    const { seq, at } = event;
    const [step, standing] = [stepOf.get(seq), state.standings?.get(seq)];
    rows.push({
      kind: 'event',
      key: `event ${seq}`,
      at,
      seqs: [seq],
      event,
      ...(step === undefined ? {} : { step }),
      ...(standing === undefined ? {} : { standing }),
    });
  };
  const pushGhosts = (behind: number, at: number): void => {
    for (const { event } of ghosts.get(behind) ?? [])
      rows.push({ kind: 'ghost', key: `ghost ${event.seq}`, at, seqs: [], event });
  };
  pushGhosts(0, 0);
  for (const event of view.events) {
    const step = folded.get(event.seq);
    if (event.event.kind === 'trial.phase') {
      endAsides();
      const { seq, at } = event;
      rows.push({ kind: 'phase', key: `phase ${seq}`, at, seqs: [seq], phase: event.event.phase });
    } else if (!isMeant(event, state.subject)) {
      // Of another payment.
    } else if (step !== undefined) {
      if (!told.has(step.id)) {
        endAsides();
        told.add(step.id);
        rows.push({
          kind: 'step',
          key: `step ${step.id}`,
          at: event.at,
          seqs: step.seqs,
          step,
          events: step.seqs.flatMap((seq) => bySeq.get(seq) ?? []),
        });
      }
    } else if (event.story || state.keep.has(event.seq)) {
      endAsides();
      push(event);
    } else asides.push(event);
    if (ghosts.has(event.seq)) {
      endAsides();
      pushGhosts(event.seq, event.at);
    }
  }
  endAsides();
  return rows;
};
