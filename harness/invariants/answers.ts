/** What admin-service's answers say of allocations. */
import { text } from '../history/history.ts';
import type { Call } from '../history/history.ts';

type Values = Readonly<Record<string, unknown>>;
const isValues = (value: unknown): value is Values => typeof value === 'object' && value !== null;

/** The allocation in the answer, as it was told. */
export const allocationIn = ({ response }: Call): Values | undefined => {
  const data = isValues(response?.json) ? response.json['data'] : undefined;
  return isValues(data) ? data : undefined;
};

/** The id of the allocation that a whole and truthful success names. */
export const truthfulId = (call: Call): string | undefined => {
  const { response } = call;
  const isSuccess = response?.status === 201 || response?.status === 202;
  if (!isSuccess || response.falsified.length > 0 || response.ended !== 'answered') return undefined;
  return text(allocationIn(call)?.['id']);
};
