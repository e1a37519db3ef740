/** The pacts of a worker set, made by its real workers. */
import { playerOf } from '../../config/parts.ts';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { makeFolder } from '../../base/make-folder.ts';
import type { ActualMessage } from '../../contract/match.ts';
import { messageOf } from '../../contract/messages.ts';
import { parsePact } from '../../contract/pact.ts';
import type { MessageInteraction } from '../../contract/pact.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import type { WorkerRole } from '../../pipeline/shipped.ts';
import { asSent } from './as-sent.ts';
import { AUTO_ASSIGN } from './auto-assign.ts';
import type { HttpDeclaration } from './auto-assign.ts';
import { openBench } from './bench.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { callByClient, callByWorker, requestOfWorker } from './calls.ts';
import { consume } from './consume.ts';
import { inOrder } from './each-in-order.ts';
import type { InOrder, Say } from './each-in-order.ts';
import { emit } from './emit.ts';
import { MESSAGES } from './events.ts';
import type { MessageDeclaration } from './message.ts';
import { makePacts } from './make.ts';
import type { BrokenInteraction, Exercise, MadePacts } from './make.ts';
import { openSwitchboard } from './switchboard.ts';
import type { Switchboard } from './switchboard.ts';
import { mismatchLines } from './verify-messages.ts';

export interface WhatToMake {
  /** Folder for the pact files. */
  readonly out: string;
  /** What is declared; default: everything there is. */
  readonly http?: readonly HttpDeclaration[];
  readonly messages?: readonly MessageDeclaration[];
}

const isRole = (name: string): name is WorkerRole => Object.hasOwn(shippedPipeline.stages, name);

/** Who brings a message's interaction about: the worker that reads it, or else the one that writes it. */
const exerciserOf = ({ consumer, provider }: MessageDeclaration): string => (isRole(consumer) ? consumer : provider);

/** A set of another project is named by a path, which means nothing elsewhere. */
export const shortName = (set: string): string => set.slice(set.lastIndexOf('#') + 1);

/** What workers wrote for readers that are not part of the pipeline, by pact and description. */
type Written = Map<MessageDeclaration, ActualMessage>;

const exerciseWith = (bench: Bench, switchboard: Switchboard, written: Written, order: InOrder): Exercise => {
  let atStub: Promise<void> | undefined;
  // From the first message on the stub is admin-service, and all workers run.
  const useStub = async (): Promise<void> => {
    if (playerOf(bench.set.workers, 'allocation-worker') !== undefined)
      switchboard.putThrough(await bench.stubFor('allocation-worker'), () => Promise.resolve());
    await bench.restart(bench.slot.workers.roles);
  };
  return {
    http: (declaration, url) =>
      order.each(`the call "${declaration.description}"`, ['allocation-worker'], () =>
        declaration.exercisedBy === 'client'
          ? callByClient(declaration, url)
          : callByWorker(bench, switchboard, declaration, url),
      ),
    message: (declaration, example) =>
      order.each(
        `the message "${declaration.description}" of ${declaration.provider} for ${declaration.consumer}`,
        bench.slot.workers.roles,
        async () => {
          await (atStub ??= useStub());
          if (isRole(declaration.consumer)) await consume(bench, declaration.consumer, example);
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

/** A bench whose workers reach Pact's mock servers as admin-service. */
export interface Workshop {
  readonly bench: Bench;
  readonly switchboard: Switchboard;
  close(): Promise<void>;
  kill(): void;
}

/** Opens it. Errors: FaultlineError 'setup', 'environment', 'config'. */
export const openWorkshop = async (options: BenchOptions): Promise<Workshop> => {
  let opened: Switchboard | undefined;
  try {
    const bench = await openBench({
      ...options,
      openAdminService: async (host) => (opened = await openSwitchboard(host)).port,
    });
    const switchboard = opened;
    if (switchboard === undefined) throw new Error('a bench without an admin-service');
    return {
      bench,
      switchboard,
      close: async () => {
        try {
          await bench.close();
        } finally {
          await switchboard.close();
        }
      },
      kill: () => bench.kill(),
    };
  } catch (error) {
    await opened?.close();
    throw error;
  }
};

/** Makes the pacts. Afterwards all workers run, with the stub as admin-service. Errors: FaultlineError 'config', 'worker'. */
export const makeIn = async (
  { bench, switchboard }: Workshop,
  { out, http = AUTO_ASSIGN, messages = MESSAGES }: WhatToMake,
  say: Say = () => undefined,
): Promise<MadePacts> => {
  const { set } = bench;
  const has = (name: string): boolean => isRole(name) && playerOf(set.workers, name) !== undefined;
  const calls = has('allocation-worker') ? http : [];
  const told = messages.filter((declaration) => has(exerciserOf(declaration)));
  say('starting the workers, and looking at what they send');
  if (calls.length > 0) await bench.restart(['allocation-worker']);
  const written: Written = new Map();
  const request = calls.length === 0 ? {} : await requestOfWorker(bench, switchboard);
  // What is there already is written over only by what has turned out right.
  const folder = mkdtempSync(join(tmpdir(), 'faultline-pacts-'));
  try {
    const made = await makePacts({
      http: asSent(calls, request),
      messages: told,
      exercise: exerciseWith(bench, switchboard, written, inOrder(bench, calls.length + told.length, say)),
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
