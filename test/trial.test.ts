/**
 * Trials of real workers, one after the other on one host. What is tested stands in trial/: one file of tests for all
 * of it, because each starts an environment; in this order, because the first is about a host that has run nothing yet.
 */
import { describe, vi } from 'vitest';
import { useTrials } from './support/trial-bench.ts';
import { testExits } from './trial/exits.ts';
import { testOwnHost } from './trial/own-host.ts';
import { testSlot } from './trial/slot.ts';
import { testSwitches } from './trial/switches.ts';
import { testVerdict } from './trial/verdict.ts';

// Several trials a test: on a busy machine each takes its time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const bench = useTrials();

describe('a slot serves one trial after the other', () => testSlot(bench));
describe('a verdict', () => testVerdict(bench));
describe('a worker that exits by itself', () => testExits(bench));
describe('switches that a scenario can turn', () => testSwitches(bench));
describe('a host of its own', () => testOwnHost(bench));
