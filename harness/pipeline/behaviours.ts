import type { BehaviourSetting } from './declaration.ts';

/** How any service's stub can behave towards one subject. A pipeline's services may have further ways of their own. */
export const API_BEHAVIOURS = [
  'normal',
  'fails',
  'commits-then-drops',
  'hangs',
  'slow',
  'malformed',
  'empty',
  'truncated',
  'refuses',
] as const;

export type ApiBehaviour = (typeof API_BEHAVIOURS)[number];

/** Which of them take a setting: of the others it means nothing. */
export const TAKEN_BY: Readonly<Record<BehaviourSetting, readonly ApiBehaviour[]>> = {
  status: ['fails', 'refuses'],
  delayMs: ['slow'],
  until: ['slow', 'hangs'],
};
