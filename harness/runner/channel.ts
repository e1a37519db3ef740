/**
 * Questions across threads: the test runner's thread holds only tasks and asks the main thread, which owns the
 * environment, for everything else. A BroadcastChannel reaches every thread of the process by its name.
 */
import { BroadcastChannel } from 'node:worker_threads';

/** A trial as the runner's thread knows it: enough to make a task of it. */
export interface TrialTask {
  readonly id: number;
  /** Shown as the test's name. */
  readonly name: string;
  /** Where the scenario stands: its source file, and the line in it, from 1. */
  readonly file: string;
  readonly line: number;
}

/** What the task's `meta.faultline` holds: survives vitest's JSON, blob and merge. */
export interface TrialMeta {
  readonly verdict: 'passed' | 'failed' | 'unknown';
  readonly seed: number;
  readonly workers: string;
  readonly runDir: string;
  readonly causes: readonly string[];
  readonly violated: readonly string[];
  /** Ids of what is wrong in it. */
  readonly findings: readonly string[];
  readonly unknown: readonly string[];
  /** Every attempt, oldest first, when there was more than one. */
  readonly attempts?: readonly { readonly verdict: TrialMeta['verdict']; readonly runDir: string }[];
}

export type TrialReply =
  | {
      readonly kind: 'judged';
      readonly meta: TrialMeta;
      /** What to throw; empty when passed. */
      readonly message: string;
      /** It failed, and nothing in it is new: why. The task is skipped with that. */
      readonly excuse?: string;
      /** Everything in it has been told by tasks before: no annotation of its own. */
      readonly told?: boolean;
      /** Worth keeping beside the verdict: the attempt before it. */
      readonly note?: string;
    }
  | { readonly kind: 'skipped'; readonly reason: string };

/** What the main thread answers. */
export interface TrialDesk {
  /** The trials of one scenario file. Throws when the file holds no valid scenario. */
  tasksOf(file: string): Promise<readonly TrialTask[]>;
  run(id: number): Promise<TrialReply>;
}

type Question = { readonly tasksOf: string } | { readonly run: number };
type Answer = { readonly value: unknown } | { readonly error: string };
type Message =
  | { readonly to: 'main'; readonly number: string; readonly question: Question }
  | { readonly to: 'thread'; readonly number: string; readonly answer: Answer };

/** Answers questions on the channel until closed. Lives in the main thread. */
export const serveDesk = (channelName: string, desk: TrialDesk): { close(): void } => {
  const channel = new BroadcastChannel(channelName);
  const answer = async (question: Question): Promise<Answer> => {
    try {
      return { value: 'run' in question ? await desk.run(question.run) : await desk.tasksOf(question.tasksOf) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  channel.onmessage = (event): void => {
    const message = (event as { readonly data: Message }).data;
    if (message.to !== 'main') return;
    void answer(message.question).then((reply) => {
      const sent: Message = { to: 'thread', number: message.number, answer: reply };
      channel.postMessage(sent);
    });
  };
  // The channel alone must not keep a finished process alive.
  channel.unref();
  return { close: () => channel.close() };
};

let asked = 0;

const ask = (channelName: string, question: Question): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const channel = new BroadcastChannel(channelName);
    // Unique over threads as well: vitest may replace its thread between files.
    const number = `${process.pid}-${performance.timeOrigin}-${++asked}`;
    channel.onmessage = (event): void => {
      const message = (event as { readonly data: Message }).data;
      if (message.to !== 'thread' || message.number !== number) return;
      channel.close();
      if ('error' in message.answer) reject(new Error(message.answer.error));
      else resolve(message.answer.value);
    };
    const sent: Message = { to: 'main', number, question };
    channel.postMessage(sent);
  });

/** The main thread's desk as seen from another thread. */
export const deskAt = (channelName: string): TrialDesk => ({
  tasksOf: async (file) => (await ask(channelName, { tasksOf: file })) as readonly TrialTask[],
  run: async (id) => (await ask(channelName, { run: id })) as TrialReply,
});
