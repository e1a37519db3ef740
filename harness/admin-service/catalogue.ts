/** Every way the stub can behave. A new one: a file in behaviours/, a line here, its name in API_BEHAVIOURS. */
import type { ApiBehaviour } from '../scenario/types.ts';
import type { Behaviour } from './behaviours/behaviour.ts';
import { commitsThenDrops } from './behaviours/commits-then-drops.ts';
import { empty } from './behaviours/empty.ts';
import { fails } from './behaviours/fails.ts';
import { hangs } from './behaviours/hangs.ts';
import { lateCommit } from './behaviours/late-commit.ts';
import { malformed } from './behaviours/malformed.ts';
import { noTrainer } from './behaviours/no-trainer.ts';
import { normal } from './behaviours/normal.ts';
import { refuses } from './behaviours/refuses.ts';
import { silentSuccess } from './behaviours/silent-success.ts';
import { slow } from './behaviours/slow.ts';
import { truncated } from './behaviours/truncated.ts';
import { wrongId } from './behaviours/wrong-id.ts';

export const BEHAVIOURS: Readonly<Record<ApiBehaviour, Behaviour>> = {
  normal,
  fails,
  'silent-success': silentSuccess,
  'late-commit': lateCommit,
  'commits-then-drops': commitsThenDrops,
  hangs,
  slow,
  malformed,
  empty,
  truncated,
  'wrong-id': wrongId,
  'no-trainer': noTrainer,
  refuses,
};
