import { describe, expect, it } from 'vitest';
import { COMMENT_MARK, commentText } from './comment.ts';
import type { CommentRun } from './comment.ts';

const finding = (id: string, scenarios: readonly string[], state: 'new' | 'known' = 'new') => ({
  id,
  message: `${id} of <b>ada</b>`,
  state,
  scenarios,
  first: { scenario: scenarios[0] ?? '', replay: `npx faultline run ${scenarios[0] ?? ''} --seed 7` },
});
const run = (findings: CommentRun['findings'], unknown: readonly string[] = []): CommentRun => ({
  workers: 'ours',
  findings,
  scenarios: ['worker-down', 'healthy'].map((name) => ({
    name,
    verdict: unknown.includes(name)
      ? 'unknown'
      : findings.some((one) => one.scenarios.includes(name))
        ? 'failed'
        : 'passed',
    during: {
      causes: [
        { id: 'api-failing', rank: 2 },
        { id: 'event-not-consumed', rank: 1 },
      ],
    },
  })),
});
const lost = finding('no-event-lost/w/skipped', ['worker-down']);
const base = (findings: readonly string[]) => ({
  name: 'base.json',
  scenarios: [
    { name: 'worker-down', decided: true, findings },
    { name: 'healthy', decided: true, findings: [] },
  ],
});

describe('the comment of a pull request', () => {
  it('tells what is new against the base, its first cause and the command', () => {
    const text = commentText(run([lost]), base([]));
    expect(text.startsWith(COMMENT_MARK)).toBe(true);
    expect(text).toContain('1 new finding');
    expect(text).toContain('FL108 no-event-lost/w/skipped');
    expect(text).toContain('first cause: FL205 event-not-consumed');
    expect(text).toContain('npx faultline run worker-down --seed 7');
    expect(text).toContain('&lt;b>ada');
  });

  it('is silent when nothing is wrong, when all of it was there before, and when it is known', () => {
    expect(commentText(run([]), undefined)).toBe('');
    expect(commentText(run([lost]), base([lost.id]))).toBe('');
    expect(commentText(run([finding(lost.id, ['worker-down'], 'known')]), base([]))).toBe('');
  });

  it('says what could not be decided', () => {
    expect(commentText(run([], ['healthy']), base([]))).toContain(
      'could not be decided, which is no pass: healthy'.replace('could', 'Could'),
    );
  });

  it('what was there before in one scenario is new in another', () => {
    const text = commentText(run([finding(lost.id, ['worker-down', 'healthy'])]), base([lost.id]));
    expect(text).toContain('- in healthy');
    expect(text).not.toContain('worker-down,');
  });
});
