import { describe, expect, it } from 'vitest';
import { deskAt, serveDesk } from './channel.ts';
import type { TrialReply } from './channel.ts';

describe('a desk across threads', () => {
  it('answers every question with its own answer, also when they cross, and errors as errors', async () => {
    const name = `test-${process.pid}-${Math.random()}`;
    const server = serveDesk(name, {
      tasksOf: async (file) => [{ id: 1, name: 'a', file, line: 3 }],
      run: async (id): Promise<TrialReply> => {
        if (id === 3) throw new TypeError('not three');
        return { kind: 'skipped', reason: String(id) };
      },
    });
    const desk = deskAt(name);
    expect(await Promise.all([desk.run(1), desk.tasksOf('/f'), desk.run(2)])).toEqual([
      { kind: 'skipped', reason: '1' },
      [{ id: 1, name: 'a', file: '/f', line: 3 }],
      { kind: 'skipped', reason: '2' },
    ]);
    await expect(desk.run(3)).rejects.toThrow('not three');
    server.close();
  });
});
