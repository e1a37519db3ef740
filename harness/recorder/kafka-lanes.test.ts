import { expect, test } from 'vitest';
import { createStrangers, openLanes } from './kafka-lanes.ts';
import type { Reading } from './kafka-topic-list.ts';

const at = (port: number) => ({ host: '127.0.0.1', port });

const never = (): boolean => false;

const led = (leader: number, partition = 0): Reading => ({ topic: 't', topicId: 'id', partition, position: 0, leader });

test('one broker leads whatever is led', () => {
  const [only, ...others] = openLanes(at(1), never);
  expect(others).toEqual([]);
  expect([led(-1), led(1), led(7)].map((reading) => only!.leads(reading))).toEqual([true, true, true]);
});

test('of several, each leads its own, and what none of them leads is told once for each leader', () => {
  const nodes = new Map([
    [1, at(1)],
    [2, at(2)],
  ]);
  const lanes = openLanes({ ...at(1), nodes }, never);
  const readings = [led(1), led(2, 1), led(-1, 2), led(3, 3), led(3, 4)];
  expect(lanes.map((lane) => readings.filter(lane.leads))).toEqual([[readings[0]], [readings[1]]]);
  const told: Reading[] = [];
  const tell = createStrangers(lanes, (reading) => void told.push(reading));
  tell(readings);
  tell(readings);
  expect(told).toEqual([readings[3]]);
});
