/** The pacts of a worker set, made by its real workers. */
import { playerOf } from '../../config/parts.ts';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import type { ActualMessage } from '../../contract/match.ts';
import { messageOf } from '../../contract/messages.ts';
import { parsePact } from '../../contract/pact.ts';
import type { MessageInteraction } from '../../contract/pact.ts';
import type { CallsDeclaration, MessageDeclaration, PactDeclarations } from '../../pipeline/pacts.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { asSent } from './as-sent.ts';
import { openBench } from './bench.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { callByClient, callByWorker, requestOfWorker } from './calls.ts';
import type { Caller } from './calls.ts';
import { consume } from './consume.ts';
import { inOrder } from './each-in-order.ts';
import type { InOrder, Say } from './each-in-order.ts';
import { emit } from './emit.ts';
import { makePacts } from './make.ts';
import type { BrokenInteraction, Exercise, MadePacts, Pair } from './make.ts';
import { openSwitchboard } from './switchboard.ts';
import type { Switchboard } from './switchboard.ts';
import { mismatchLines } from './verify-messages.ts';

export interface WhatToMake extends Pick<PactDeclarations, 'calls' | 'messages'> {
  /** Folder for the pact files. */
  readonly out: string;
}

const isStage = ({ set }: Bench, name: string): boolean => pipelineOf(set.pipeline).roles.includes(name);

/** Who brings a message's interaction about: the worker that reads it, or else the one that writes it. */
const exerciserOf = (bench: Bench, { consumer, provider }: MessageDeclaration): string =>
  isStage(bench, consumer) ? consumer : provider;

/** A set of another project is named by a path, which means nothing elsewhere. */
export const shortName = (set: string): string => set.slice(set.lastIndexOf('#') + 1);

/** What workers wrote for readers that are not part of the pipeline, by pact and description. */
type Written = Map<MessageDeclaration, ActualMessage>;

const exerciseWith = ({ bench, switchboards }: Workshop, written: Written, order: InOrder): Exercise => {
  let atStubs: Promise<void> | undefined;
  /** From the first message on the stubs are the services. Where several workers call one, it is one's stub for all of them. */
  const useStubs = async (): Promise<void> => {
    for (const [service, switchboard] of switchboards) {
      const role = callersOf(bench, service).find((each) => playerOf(bench.set.workers, each) !== undefined);
      if (role !== undefined) switchboard.putThrough(await bench.stubFor(role), () => Promise.resolve());
    }
  };
  return {
    call: (declaration, at, { consumer, provider }) =>
      order.each(`the call "${declaration.description}"`, [consumer], () =>
        declaration.exercisedBy === 'client'
          ? callByClient(declaration, at)
          : callByWorker(bench, callerOf(switchboards, { consumer, provider }), declaration, at.url.href),
      ),
    message: (declaration, example) =>
      order.each(
        `the message "${declaration.description}" of ${declaration.provider} for ${declaration.consumer}`,
        bench.slot.workers.roles,
        async () => {
          await (atStubs ??= useStubs());
          if (isStage(bench, declaration.consumer)) await consume(bench, declaration.consumer, example);
          else written.set(declaration, messageOf(await emit(bench, declaration)));
        },
      ),
  };
};

/** A reader's pact stands only when what the worker wrote fits it. */
const misfits = (files: readonly string[], written: Written): readonly BrokenInteraction[] =>
  files.flatMap((file) => {
    const pact = parsePact(JSON.parse(readFileSync(file, 'utf8')), file);
    const interactions = pact.interactions.filter((each): each is MessageInteraction => each.kind === 'message');
    return [...written].flatMap(([{ consumer, provider, description }, actual]) =>
      interactions
        .filter((each) => each.consumer === consumer && each.provider === provider && each.description === description)
        .map((each) => ({ description, lines: mismatchLines(each, actual) }))
        .filter(({ lines }) => lines.length > 0)
        .map(({ lines }) => ({
          pact: basename(file),
          description,
          reason: `what the ${provider} wrote: ${lines.join('; ')}`,
        })),
    );
  });

/** A line for each service, behind which Pact's mock servers and the stubs come and go. */
type Switchboards = ReadonlyMap<string, Switchboard>;

const callerOf = (switchboards: Switchboards, { consumer, provider }: Pair): Caller => {
  const switchboard = switchboards.get(provider);
  if (switchboard === undefined)
    throw new FaultlineError(
      'config',
      `the pacts of ${consumer} are with ${provider}, which is no service of the pipeline`,
      'Correct `provider` in `pacts` of the declaration.',
    );
  return { role: consumer, service: provider, switchboard };
};

const callersOf = ({ set }: Bench, service: string): readonly string[] => {
  const { roles, stage } = pipelineOf(set.pipeline);
  return roles.filter((role) => stage(role).calls === service);
};

/** A bench whose workers reach Pact's mock servers as their services. */
export interface Workshop {
  readonly bench: Bench;
  readonly switchboards: Switchboards;
  close(): Promise<void>;
  kill(): void;
}

/** Opens it. Errors: FaultlineError 'setup', 'environment', 'config'. */
export const openWorkshop = async (options: BenchOptions): Promise<Workshop> => {
  const switchboards = new Map<string, Switchboard>();
  const closeAll = async (): Promise<void> => {
    await Promise.all([...switchboards.values()].map((each) => each.close()));
  };
  try {
    const bench = await openBench({
      ...options,
      openServices: async (host) => {
        for (const service of pipelineOf(options.workers.pipeline).services)
          switchboards.set(service, await openSwitchboard(host));
        return Object.fromEntries([...switchboards].map(([service, { port }]) => [service, port]));
      },
    });
    return {
      bench,
      switchboards,
      close: async () => {
        try {
          await bench.close();
        } finally {
          await closeAll();
        }
      },
      kill: () => bench.kill(),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
};

/** The declared calls of these workers, as they send them. */
const callsOfWorkers = async (
  { bench, switchboards }: Workshop,
  calls: readonly CallsDeclaration[],
): Promise<readonly CallsDeclaration[]> => {
  const found: CallsDeclaration[] = [];
  for (const declared of calls) {
    const { consumer, interactions, optional } = declared;
    const caller = callerOf(switchboards, declared);
    await bench.restart([consumer]);
    const sent = optional === undefined ? {} : await requestOfWorker(bench, caller, optional.event);
    found.push({ ...declared, interactions: asSent(interactions, optional?.fields ?? [], sent) });
  }
  return found;
};

/** Makes the pacts. Where there were messages, all workers run afterwards, with the stubs as their services. Errors: FaultlineError 'config', 'worker'. */
export const makeIn = async (
  workshop: Workshop,
  { out, calls, messages }: WhatToMake,
  say: Say = () => undefined,
): Promise<MadePacts> => {
  const { bench } = workshop;
  const { set } = bench;
  const has = (name: string): boolean => playerOf(set.workers, name) !== undefined;
  const called = calls.filter(({ consumer, interactions }) => has(consumer) && interactions.length > 0);
  const told = messages.filter((declaration) => has(exerciserOf(bench, declaration)));
  say('starting the workers, and looking at what they send');
  const sent = await callsOfWorkers(workshop, called);
  const last = called.at(-1);
  const running = last === undefined ? [] : [last.consumer];
  const total = sent.reduce((sum, { interactions }) => sum + interactions.length, told.length);
  const written: Written = new Map();
  // What is there already is written over only by what has turned out right.
  const folder = mkdtempSync(join(tmpdir(), 'faultline-pacts-'));
  try {
    const made = await makePacts({
      pipeline: pipelineOf(set.pipeline),
      calls: sent,
      messages: told,
      exercise: exerciseWith(workshop, written, inOrder(bench, total, say, running)),
      out: folder,
      workers: shortName(set.name),
    });
    const dead = made.broken.length === 0 ? undefined : await bench.died();
    if (dead !== undefined) throw dead;
    const wrong = misfits(made.files, written);
    const right = made.files.filter((file) => !wrong.some(({ pact }) => pact === basename(file)));
    makeFolder(out);
    const files = right.map((file) => join(out, basename(file)));
    right.forEach((file, i) => copyFileSync(file, files[i]!));
    return { ...made, files, broken: [...made.broken, ...wrong] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
