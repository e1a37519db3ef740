/** What a program of this machine can do that has nothing of ours: it finds Toxiproxy's API by its command line, and uses it. */
import { descendantsOf } from './processes.ts';

/** The API's address, below this process. */
export const findToxiproxy = (): string => {
  const [port] = descendantsOf(process.pid).flatMap(
    ({ command }) => /-host 127\.0\.0\.1 -port (\d+) -proxy-metrics/.exec(command)?.[1] ?? [],
  );
  if (port === undefined) throw new Error('no Toxiproxy runs below this process');
  return `http://127.0.0.1:${port}/proxies`;
};

/** Slows down every proxy of that beginning a little. Gives their names. */
export const slowDown = async (api: string, beginning: string): Promise<readonly string[]> => {
  const names = Object.keys((await (await fetch(api)).json()) as object).filter((name) => name.startsWith(beginning));
  const toxic = JSON.stringify({ type: 'latency', stream: 'downstream', attributes: { latency: 1 } });
  for (const name of names) {
    const { ok } = await fetch(`${api}/${name}/toxics`, { method: 'POST', body: toxic });
    if (!ok) throw new Error(`no toxic for ${name}`);
  }
  return names;
};
