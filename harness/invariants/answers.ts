/** What a service's answers say of the row that was asked for. */
import { text } from '../history/history.ts';
import type { Call, History } from '../history/history.ts';
import { idOf } from '../history/ids.ts';
import { numberedTables } from '../history/rows.ts';
import type { EntityDeclaration } from '../pipeline/declaration.ts';

type Values = Readonly<Record<string, unknown>>;
const isValues = (value: unknown): value is Values => typeof value === 'object' && value !== null;

/** The row in the answer, as it was told. */
export const rowIn = ({ response, answers }: Call): Values | undefined => {
  const row = answers !== undefined && isValues(response?.json) ? response.json[answers.in] : undefined;
  return isValues(row) ? row : undefined;
};

/** Does the answer say that the row is there, for good or until somebody decides? */
export const saysItIsThere = ({ response, answers }: Call): boolean => {
  const status = response?.status ?? 0;
  return answers !== undefined && (answers.final.includes(status) || answers.open.includes(status));
};

/** The id of the row that a whole and truthful success names. A number is one where the rows are known by numbers. */
export const truthfulId = (history: History, call: Call, { table }: EntityDeclaration): string | undefined => {
  const { response, answers } = call;
  if (response === undefined || answers === undefined || !saysItIsThere(call)) return undefined;
  if (response.falsified.length > 0 || response.ended !== 'answered') return undefined;
  return (numberedTables(history).has(table) ? idOf : text)(rowIn(call)?.[answers.id]);
};
