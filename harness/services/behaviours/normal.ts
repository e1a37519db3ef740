import type { Behaviour } from '../../pipeline/stub.ts';
import { answered } from './behaviour.ts';

/** Like the real handler, and truthful. */
export const normal: Behaviour = async ({ answer }) => answered(await answer());
