import { expect, test } from 'vitest';
import { mentions } from '../history/ids.ts';
import { drawnAs } from './drawn-id.ts';

test.each(['abcdefab-cdef-4abc-8def-abcdefabcdef', '01234567-89ab-4cde-8f01-23456789abcd'])(
  'an id drawn as anything (%s) is found in a line of a log',
  (uuid) => {
    for (const kind of ['uuid', 'text', 'number'] as const) {
      const id = drawnAs(kind, 'order', uuid);
      expect([kind, mentions(`worked on ${id} for a while`, id)]).toEqual([kind, true]);
    }
  },
);
