import { paymentsAtOnce } from '../many.ts';

export const scenario = paymentsAtOnce(10_000);
