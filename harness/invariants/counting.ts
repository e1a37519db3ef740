/** Rows of purchases and allocations, as the rules about those two ask for them. */
import { isOf } from '../history/history.ts';
import { rowsIn } from '../history/rows.ts';
import type { Row, Tables } from '../history/rows.ts';
import type { Ids } from '../history/subjects.ts';

type Values = Readonly<Record<string, unknown>>;

const ASSIGNED_STATUSES: readonly string[] = ['approved', 'active'];

export const isAssigned = (row: Values): boolean => ASSIGNED_STATUSES.includes(String(row['status']));

export const isActivePurchase = (row: Values): boolean => row['is_active'] === true;

/** Active purchases of a student and course. */
export const activePurchasesOf = (tables: Tables, ids: Ids): readonly Row[] =>
  rowsIn(tables, 'student_course_purchases').filter(({ values }) => isOf(values, ids) && isActivePurchase(values));

/** Allocations, whatever their status. */
export const allocationsIn = (tables: Tables): readonly Row[] => rowsIn(tables, 'trainer_allocations');

/** Those of a student and course. */
export const allocationsOf = (tables: Tables, ids: Ids): readonly Row[] =>
  allocationsIn(tables).filter(({ values }) => isOf(values, ids));
