import { assign } from '../handler.ts';
import { answered } from './behaviour.ts';
import type { OwnBehaviour } from './behaviour.ts';

/** No trainer is free: 202 and a pending row that waits for a person; again 202 with that row next time. */
export const noTrainer: OwnBehaviour = async (parts) => answered(await assign(parts, false));
