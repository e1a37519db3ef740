/** Asks as somebody with a payment's id and the addresses does: by the command line, in this process or in one of its own. */
import { execFile } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot } from '../../harness/base/package-root.ts';
import { realParts } from '../../harness/cli/parts.ts';
import { runProgram } from '../../harness/cli/program.ts';
import type { DiagnosisReport } from '../../harness/diagnose/report.ts';

export interface Answer {
  readonly code: number;
  /** Undefined: none was printed. */
  readonly report: DiagnosisReport | undefined;
  /** All that it printed. */
  readonly said: string;
}

export interface Asked {
  readonly id: string;
  /** The log of admin-service; undefined: none is named. */
  readonly log: string | undefined;
  /** Expressions of the workers' command lines, by role; empty: none are named. */
  readonly processes: readonly (readonly [role: string, pattern: string])[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Nothing hangs: what takes longer counts as no answer, ms. */
const MOST_MS = 180_000;
/** In place of an exit code. */
const NO_ANSWER = -1;

type Ask = (asked: Asked) => Promise<Answer>;

const argsFor = ({ id, log, processes }: Asked): readonly string[] => [
  'diagnose',
  '--payment',
  id,
  '--json',
  ...(log === undefined ? [] : ['--calls', `admin-service=${log}`]),
  ...processes.flatMap(([role, pattern]) => ['--workers', `${role}=${pattern}`]),
];

const answerOf = (code: number, stdout: string, stderr: string): Answer => {
  const said = stdout + stderr;
  try {
    const report = JSON.parse(stdout) as DiagnosisReport;
    return { code, report: Array.isArray(report.causes) ? report : undefined, said };
  } catch {
    return { code, report: undefined, said };
  }
};

const collected = () => {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
};

/** The command line loads it when it is used: many that begin at once would find it half loaded. */
const loaded = import('../../harness/cli/commands/diagnose.ts');

/** Saves the start of a process. */
export const askHere: Ask = async (asked) => {
  const { env, cwd } = asked;
  await loaded;
  const [stdout, stderr] = [collected(), collected()];
  const ran = runProgram(argsFor(asked), {
    io: { stdout: stdout.stream, stderr: stderr.stream, env, cwd },
    parts: realParts,
    signals: new EventEmitter(),
    exitNow: () => undefined,
    random: Math.random,
    clock: () => performance.now(),
    now: () => new Date(),
  });
  const code = await Promise.race([ran, pause(MOST_MS, NO_ANSWER)]);
  return answerOf(code, stdout.text(), stderr.text());
};

/** The program that is installed. */
export const askProgram: Ask = (asked) =>
  new Promise((resolve) => {
    const main = join(packageRoot, 'dist/harness/cli/main.js');
    const { env, cwd } = asked;
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024, timeout: MOST_MS };
    execFile(process.execPath, [main, ...argsFor(asked)], options, (error, stdout, stderr) =>
      resolve(answerOf(error === null ? 0 : typeof error.code === 'number' ? error.code : NO_ANSWER, stdout, stderr)),
    );
  });
