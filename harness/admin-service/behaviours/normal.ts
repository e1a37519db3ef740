import { assign } from '../handler.ts';
import { answered } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

/** Like the real handler, and truthful. */
export const normal: Behaviour = async ({ parts }) => answered(await assign(parts));
