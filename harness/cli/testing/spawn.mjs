/** For tests only: starts the compiled command line with the double (double.mjs) in a process of its own. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * @param {readonly string[]} args
 * @param {{ cwd: string, orders?: object, env?: Record<string, string> }} options
 */
export const startDouble = (args, { cwd, orders = {}, env = {} }) => {
  const log = join(cwd, `double-${Math.random().toString(36).slice(2)}.log`);
  const {
    GITHUB_ACTIONS: _actions,
    FAULTLINE_HOME: _home,
    NO_COLOR: _noColor,
    FORCE_COLOR: _colour,
    ...inherited
  } = process.env;
  const child = spawn(process.execPath, [join(here, 'double.mjs'), ...args], {
    cwd,
    env: { ...inherited, DOUBLE: JSON.stringify(orders), DOUBLE_LOG: log, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr, log: readLog(log) }));
  });
  return {
    child,
    ended,
    /** What the double has said so far. */
    log: () => readLog(log),
    stderr: () => stderr,
    stdout: () => stdout,
  };
};

const readLog = (file) => {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
};
