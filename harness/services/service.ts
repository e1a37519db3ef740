/** What stands for the services of a pipeline: real ports, and whatever behaviour a scenario asks for. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientBase, QueryResultRow } from 'pg';
import { FaultlineError } from '../base/errors.ts';
import { uuidFrom } from '../base/uuid-from.ts';
import type { RecordEvent } from '../history/events.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import type { HandlersFirst, ServiceStub, StubDatabase } from '../pipeline/stub.ts';
import { createCallHandler } from './call.ts';
import { BEHAVIOURS } from './catalogue.ts';
import { openStub } from './handlers.ts';
import { openListener } from './listener.ts';
import type { Listener } from './listener.ts';
import { createPending } from './pending.ts';
import { createRules } from './rules.ts';
import type { BehaviourControl, BehaviourSettings, IsMeant } from './rules.ts';

/** What a stub needs of the database of the workers. */
export interface ServiceDatabase {
  /** One statement, for reading. */
  query<R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /** A transaction that is known to be this writer's; rolled back when `work` throws. */
  writeAs<T>(writer: string, work: (client: ClientBase) => Promise<T>): Promise<T>;
}

export interface Service {
  /** The port made for this worker, by which its connections are known; the same one when asked again. */
  listenFor(worker: string): Promise<number>;
  /** How the calls that are meant are answered, until `times` calls or the heal; then normal again. */
  behave(isMeant: IsMeant, settings: BehaviourSettings): BehaviourControl;
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

export interface ServiceOptions {
  readonly pipeline: PipelineDeclaration;
  /** Its name in the pipeline. */
  readonly name: string;
  readonly stub: ServiceStub | HandlersFirst;
  /** The slot's database; asked at each call, so that a slot may renew it. */
  readonly database: () => ServiceDatabase;
  readonly record: RecordEvent;
  /** Numbers calls and connections; several services of one history share them. */
  readonly numbers?: { readonly nextCall: () => number; readonly nextConnection: () => number };
  /** Chooses the ids that it makes. Default 0. */
  readonly seed?: number;
  /** Address to listen on. Default 127.0.0.1; proxies in containers need one they reach. */
  readonly host?: string;
  /** Port of its one listener, where it stands for the service alone. Default: a free one for every worker. */
  readonly port?: number;
  /** Wall clock of the rows it writes. */
  readonly now?: () => Date;
}

const counter = (): (() => number) => {
  let count = 0;
  return () => (count += 1);
};

export const countAnew = (): NonNullable<ServiceOptions['numbers']> => ({
  nextCall: counter(),
  nextConnection: counter(),
});

const databaseFor = (service: string, database: () => ServiceDatabase): StubDatabase => ({
  query: (text, values) => database().query(text, values),
  write: (work) =>
    database().writeAs(service, (client) => work((text, values = []) => client.query(text, [...values]))),
});

/** Its own behaviours are those that the declaration says, so that scenarios can name them. */
const checkBehaviours = (name: string, declared: readonly string[], known: readonly string[]): void => {
  const missing = declared.find((each) => !known.includes(each));
  const unsaid = known.find((each) => !declared.includes(each));
  if (missing !== undefined || unsaid !== undefined)
    throw new FaultlineError(
      'config',
      missing === undefined
        ? `${name}'s stub can behave as ${unsaid}, and the declaration does not say so`
        : `the declaration says that ${name}'s stub can behave as ${missing}, and it cannot`,
      `services.${name}.behaviours in the declaration and behaviours of the stub must have the same names.`,
    );
};

/** Opens one; it listens only where `listenFor` makes it. Errors: FaultlineError 'config'. */
export const openService = (options: ServiceOptions): Service => {
  const { name, database, record, seed = 0, host = '127.0.0.1', port = 0, now = () => new Date() } = options;
  const { nextCall, nextConnection } = options.numbers ?? countAnew();
  const stub = openStub(options.stub, {
    database: databaseFor(name, database),
    now,
    idFrom: (...parts) => uuidFrom(seed, ...parts),
  });
  const opened = pipelineOf(options.pipeline);
  checkBehaviours(name, Object.keys(opened.service(name).behaviours ?? {}), Object.keys(stub.behaviours ?? {}));
  const behaviours = { ...stub.behaviours, ...BEHAVIOURS };
  const rules = createRules(Object.keys(behaviours));
  const pending = createPending();
  const calls = createCallHandler({
    pipeline: opened,
    service: name,
    stub,
    behaviours,
    record,
    rules,
    pending,
    nextCall,
  });
  const listeners = new Map<string, Promise<Listener>>();
  const listening: Listener[] = [];
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

  return {
    listenFor: async (worker) => {
      const existing = listeners.get(worker);
      if (existing !== undefined) return (await existing).port;
      const listener = openListener({
        worker,
        service: name,
        host,
        port,
        record,
        nextConnection,
        onRequest: (connection: number, request: IncomingMessage, response: ServerResponse) =>
          calls.handle({ worker, connection, request, response }),
      });
      listeners.set(worker, listener);
      listener.catch(() => listeners.delete(worker));
      listening.push(await listener);
      return (await listener).port;
    },
    behave: (isMeant, settings) => rules.add(isMeant, settings),
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
  };
};
