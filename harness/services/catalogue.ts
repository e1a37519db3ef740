/** Every way any stub can behave. A new one: a file in behaviours/, a line here, its name in API_BEHAVIOURS. */
import type { ApiBehaviour } from '../pipeline/behaviours.ts';
import type { Behaviour } from '../pipeline/stub.ts';
import { commitsThenDrops } from './behaviours/commits-then-drops.ts';
import { empty } from './behaviours/empty.ts';
import { fails } from './behaviours/fails.ts';
import { hangs } from './behaviours/hangs.ts';
import { malformed } from './behaviours/malformed.ts';
import { normal } from './behaviours/normal.ts';
import { refuses } from './behaviours/refuses.ts';
import { slow } from './behaviours/slow.ts';
import { truncated } from './behaviours/truncated.ts';

export const BEHAVIOURS: Readonly<Record<ApiBehaviour, Behaviour>> = {
  normal,
  fails,
  'commits-then-drops': commitsThenDrops,
  hangs,
  slow,
  malformed,
  empty,
  truncated,
  refuses,
};
