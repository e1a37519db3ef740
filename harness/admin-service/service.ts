/** admin-service's stub: real ports, real rows, and whatever behaviour a scenario asks for. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordEvent } from '../history/events.ts';
import { createCallHandler } from './call.ts';
import { createIdentities } from './identities.ts';
import type { StubDatabase } from './allocations.ts';
import { openListener } from './listener.ts';
import type { Listener } from './listener.ts';
import { STUBBED } from './operation.ts';
import { createPending } from './pending.ts';
import { createRules } from './rules.ts';
import type { BehaviourControl, BehaviourSettings } from './rules.ts';

export interface AdminService {
  /** The port made for this worker, by which its connections are known; the same one when asked again. */
  listenFor(worker: string): Promise<number>;
  /** How calls about this student are answered, until `times` calls or the heal; then normal again. */
  behave(studentId: string, settings: BehaviourSettings): BehaviourControl;
  /** Calls that have not ended, and rows still to be written late: for settling. */
  openCalls(): number;
  /** Rows still to be written by late commits. */
  pendingEffects(): number;
  /** Resets every connection of every worker. */
  closeConnections(): void;
  /** Heals every behaviour, drops late commits, resets connections and waits for the calls to end: nothing of before is left. */
  reset(): Promise<void>;
  /** The same, and frees the ports. Safe to call twice. */
  close(): Promise<void>;
}

export interface AdminServiceOptions {
  /** The slot's database; asked at each call, so that a slot may renew it. */
  readonly database: () => StubDatabase;
  readonly record: RecordEvent;
  /** Chooses the pool of trainers. Default 0. */
  readonly seed?: number;
  /** Address to listen on. Default 127.0.0.1; proxies in containers need one they reach. */
  readonly host?: string;
  /** Port of its one listener, where it stands for admin-service alone. Default: a free one for every worker. */
  readonly port?: number;
  /** Wall clock of the rows it writes. */
  readonly now?: () => Date;
}

/** Opens the stub; it listens only where `listenFor` makes it. */
export const openAdminService = (options: AdminServiceOptions): Promise<AdminService> => {
  const { database, record, seed = 0, host = '127.0.0.1', port = 0, now = () => new Date() } = options;
  const rules = createRules();
  const pending = createPending();
  const calls = createCallHandler({
    service: STUBBED,
    database,
    record,
    rules,
    pending,
    now,
    identities: createIdentities(seed),
  });
  const listeners = new Map<string, Promise<Listener>>();
  const listening: Listener[] = [];
  let connections = 0;
  let closed: Promise<void> | undefined;

  const closeConnections = (): void => {
    calls.noteReset();
    for (const listener of listening) listener.closeConnections();
  };
  const reset = async (): Promise<void> => {
    rules.healAll();
    closeConnections();
    await calls.drained();
    await pending.cancel();
  };

  return Promise.resolve({
    listenFor: async (worker) => {
      const existing = listeners.get(worker);
      if (existing !== undefined) return (await existing).port;
      const listener = openListener({
        worker,
        service: STUBBED,
        host,
        port,
        record,
        nextConnection: () => (connections += 1),
        onRequest: (connection: number, request: IncomingMessage, response: ServerResponse) =>
          calls.handle({ worker, connection, request, response }),
      });
      listeners.set(worker, listener);
      listener.catch(() => listeners.delete(worker));
      listening.push(await listener);
      return (await listener).port;
    },
    behave: (studentId, settings) => rules.add(studentId, settings),
    openCalls: () => calls.open() + pending.count(),
    pendingEffects: () => pending.count(),
    closeConnections,
    reset,
    close: () =>
      (closed ??= (async () => {
        calls.noteReset();
        rules.healAll();
        await Promise.allSettled(listeners.values());
        await Promise.all(listening.map((listener) => listener.close()));
        await calls.drained();
        await pending.cancel();
      })()),
  });
};
