/** An embedded environment in a process of its own, which may end in any way. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Address } from '../../harness/addresses/address.ts';

export interface Started {
  readonly process: ChildProcess;
  readonly addresses: readonly Address[];
  readonly pid: number;
}

/** Starts it from the checkout in `root`, as `user` where one is given, and waits until it answers. */
export const startChild = async (
  root: string,
  cache: string,
  user?: { uid: number; gid: number },
): Promise<Started> => {
  const script = join(root, 'test/support/environment-child.ts');
  const env = { ...process.env, ...(user === undefined ? {} : { HOME: '/nonexistent', JITI_FS_CACHE: 'false' }) };
  const started = spawn(process.execPath, ['--import', 'jiti/register', script, cache], {
    cwd: root,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...user,
  });
  let said = '';
  started.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  for await (const line of createInterface({ input: started.stdout })) {
    const message = JSON.parse(line) as { progress?: string } & Record<'kafka' | 'postgres' | 'toxiproxy', Address>;
    if (message.progress !== undefined) said += `${message.progress}\n`;
    else
      return {
        process: started,
        addresses: [message.kafka, message.postgres, message.toxiproxy],
        pid: started.pid ?? 0,
      };
  }
  throw new Error(`the child ended: ${said}`);
};
