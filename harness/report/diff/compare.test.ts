import { describe, expect, it } from 'vitest';
import { storedHistory } from '../../history/testing/stored.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { viewOf } from '../view/view.ts';
import type { View } from '../view/view.ts';
import { compareViews } from './compare.ts';

const view = (name: string): View => viewOf(storedHistory(name).events);
const textsOf = (here: View, there: View): readonly string[] =>
  compareViews(here, there).sentences.map(({ text }) => text);

/** The same trial at another time, in other rows of other sources. */
const later = (of: View, ms: number): View =>
  viewOf(of.history.events.map((event): HistoryEvent => ({ ...event, at: event.at + ms * event.seq })));

describe('a trial against one that passed', () => {
  it('a trial differs in nothing from itself, and in nothing from itself slowed down', () => {
    const of = view('hardened/guard-marked-early');
    expect(compareViews(of, of).sentences).toEqual([]);
    expect(compareViews(of, of).ghosts).toEqual([]);
    expect(compareViews(later(of, 7), of).sentences).toEqual([]);
  });

  it('says what is missing, and shows it where it would be', () => {
    const [here, there] = [view('incident/guard-marked-early'), view('hardened/guard-marked-early')];
    const { sentences, ghosts } = compareViews(here, there);
    const texts = sentences.map(({ text }) => text);
    expect(texts[0]).toMatch(
      /^in the passing trial there was the call to admin-service, .*; here there is nothing of it$/,
    );
    expect(texts[0]).toContain('the row in trainer_allocations, approved by admin-service');
    expect(texts[0]).toContain('TRAINER_ALLOCATED');
    expect(ghosts.map(({ event }) => event.event.kind)).toContain('http.request');
    for (const { behind } of ghosts) expect(here.events.some(({ seq }) => seq === behind)).toBe(true);
  });

  it('says in the other direction what is additional', () => {
    const [here, there] = [view('incident/guard-marked-early'), view('hardened/guard-marked-early')];
    const { sentences, standings } = compareViews(there, here);
    const call = sentences.find(({ text }) => text.startsWith('here there is the call to admin-service'));
    expect(call?.kind).toBe('additional');
    expect(standings.get(call?.seqs[0] ?? 0)).toBe('additional');
  });

  it('says what provably came in another order: the row and the mark', () => {
    const [here, there] = [view('incident/api-late-commit'), view('report-fix/api-late-commit')];
    expect(textsOf(here, there)).toContain(
      'in the passing trial the row in trainer_allocations, approved by admin-service came before the mark of PURCHASE_CREATED; here it came after',
    );
  });
});
