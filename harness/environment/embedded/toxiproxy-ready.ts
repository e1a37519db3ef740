/** Asks Toxiproxy's server whether its API answers. */
import { hostAndPort } from '../../base/host-and-port.ts';
import type { Address } from '../../addresses/address.ts';

const ask = async (
  method: 'GET' | 'DELETE',
  server: Address,
  path: string,
  { patience, gone = false }: { readonly patience: number; readonly gone?: boolean },
): Promise<void> => {
  const { ok, status } = await fetch(`http://${hostAndPort(server)}/${path}`, {
    method,
    signal: AbortSignal.timeout(patience),
  });
  if (!ok && !(gone && status === 404)) throw new Error(`status ${status}`);
};

/** Does it answer? */
export const apiAnswers = (server: Address, patience: number): Promise<void> =>
  ask('GET', server, 'version', { patience });

/** Is it the server that was started with the proxy `mark`, which nobody uses? Then that is removed. To be asked again and again. */
export const createMarkProbe = (server: Address, mark: string): ((patience: number) => Promise<void>) => {
  let isOurs = false;
  return async (patience) => {
    if (!isOurs) await ask('GET', server, `proxies/${mark}`, { patience });
    isOurs = true;
    // An answer that came too late, on a busy machine, had deleted it all the same.
    await ask('DELETE', server, `proxies/${mark}`, { patience, gone: true });
  };
};
