/**
 * admin-service's stub: every behaviour over a real socket, writing into a real database. What is tested stands in
 * admin-service/: one file of tests for all of it, because each starts an environment.
 */
import { describe } from 'vitest';
import { testBehaviours } from './admin-service/behaviours.ts';
import { testEachBehaviour } from './admin-service/each-behaviour.ts';
import { testRealHandler } from './admin-service/real-handler.ts';
import { testRecord } from './admin-service/record.ts';
import { useAdminService } from './support/admin-bench.ts';

const bench = useAdminService();

describe('like the real handler', () => testRealHandler(bench));
describe('a behaviour', () => {
  testEachBehaviour(bench);
  testBehaviours(bench);
});
describe('the record', () => testRecord(bench));
