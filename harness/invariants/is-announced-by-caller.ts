import type { History, PipelineEvent } from '../history/history.ts';
import { idOf, normalId } from '../history/ids.ts';
import { heldUnder } from '../history/keys.ts';
import { addTo, orNew, perHistory } from '../history/memo.ts';
import { idsNamedBy } from '../history/named.ts';
import { count, nameOf, short } from '../history/names.ts';
import type { Effecting, Pipeline } from '../pipeline/queries.ts';
import { atTheEnd, publishedBy } from './judging.ts';
import { makerOf } from './makers.ts';
import { mayHaveMade, missingByEach, owedAtEnd } from './owed.ts';
import type { Claim, Invariant, Told } from './types.ts';

/** By type and row. */
const announcements = perHistory((history) => {
  const events = new Map<string, Map<string, PipelineEvent[]>>();
  for (const event of history.pipelineEvents) {
    const ids = new Set(idsNamedBy(history, event).map(normalId));
    if (ids.size === 0) continue;
    const ofType = orNew(events, event.type, () => new Map<string, PipelineEvent[]>());
    for (const id of ids) addTo(ofType, id, event);
  }
  return events;
});

const NONE: readonly never[] = [];

/** Events of this type that name the row, whoever published them. */
const announcementsOf = (history: History, type: string, id: unknown): readonly PipelineEvent[] => {
  const [ofType, named] = [announcements(history).get(type), idOf(id)];
  return (ofType && named !== undefined ? heldUnder(ofType, named) : undefined) ?? NONE;
};

/** At least once is right, and more often may be two instances at work. */
const repeated = (history: History, effecting: Effecting, type: string): readonly Told[] =>
  owedAtEnd(history, effecting).flatMap(({ row, subject }): Told[] => {
    const all = announcementsOf(history, type, row.values['id']);
    if (all.length < 2) return [];
    const told = all.filter(({ byHarness }) => !byHarness);
    if (told.length < 2) return [];
    return [
      {
        message: `${effecting.name} ${short(row.values['id'])} of ${nameOf(subject)} was announced ${count(told.length, 'time')}`,
        evidence: told.map(({ record }) => record.seq),
        subject: subject.name,
        shape: 'announced-again',
        ...publishedBy(history, type),
      },
    ];
  });

/** What the stage announces that names rows of the entity. */
export const namingOf = ({ namedBy }: Pipeline, { name, stage }: Effecting): readonly string[] =>
  stage.announces.filter((type) => namedBy(type)?.name === name);

const missing = (history: History, effecting: Effecting): readonly Claim[] =>
  owedAtEnd(history, effecting).flatMap((owed): readonly Claim[] => {
    const { row, subject } = owed;
    const { id } = row.values;
    const { shows } = effecting.entity;
    const state = shows === undefined ? 'there' : String(row.values[shows]);
    const types = missingByEach(mayHaveMade(history, effecting, owed), (maker) =>
      namingOf(history.pipeline, maker).filter((type) => announcementsOf(history, type, id).length === 0),
    );
    return types.map((type) => ({
      message: `${effecting.name} ${short(id)} of ${nameOf(subject)} is ${state} and was never announced by ${type}`,
      evidence: [row.insertedBy.seq],
      subject: subject.name,
      shape: 'never-announced',
      ...makerOf(history, effecting, row.changedBy, id),
      restsOn: ['postgres', 'kafka', 'admin-service'],
    }));
  });

/** `allocation-is-announced`: of a stage whose rows a service makes, and that tells of them by events that name them. */
export const isAnnouncedByCaller = (effecting: Effecting, types: readonly string[]): Invariant => ({
  id: `${effecting.name}-is-announced`,
  title: `In the end every ${effecting.name} that is owed it and came from a call was announced by ${types.join(' and ')}.`,
  needs: ['postgres', 'kafka'],
  check: (history) => ({
    ...atTheEnd(history, () => missing(history, effecting)),
    notes: types.flatMap((type) => repeated(history, effecting, type)),
  }),
});
