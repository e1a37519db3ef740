/** What somebody else has done to a worker's way: anybody on this machine may change Toxiproxy's proxies. */
import type { Address } from '../addresses/address.ts';
import type { TcpRelay } from './tcp-relay.ts';
import type { Toxic, Toxiproxy } from './toxiproxy.ts';

/** A worker's way to an upstream. */
interface Way {
  readonly upstream: string;
  /** One, or one a broker; with the keys of the gateways behind them. */
  readonly proxies: readonly { readonly name: string; readonly key: Pick<Address, 'key'> }[];
  readonly relay: Pick<TcpRelay, 'isStuck'>;
}

/** What of it is not as the harness left it, in words. Only what leads to a sealed gateway is looked at. */
export const alteredOn = async (
  { upstream, proxies, relay }: Way,
  worker: string,
  toxiproxy: Pick<Toxiproxy, 'altered'>,
  /** By which a fault holds it; left out: none does. */
  toxic?: Toxic,
): Promise<readonly string[]> => {
  const about = `the way of ${worker} to ${upstream}`;
  const sealed = proxies.filter(({ key: { key } }) => key !== undefined);
  const stuck = (await relay.isStuck()) ? [`${about} hangs: nobody at its end proves to be this run's gateway`] : [];
  const changes = await Promise.all(sealed.map(({ name }) => toxiproxy.altered(name, toxic)));
  return [
    ...changes.flatMap((what) =>
      what === undefined ? [] : [`somebody has changed the proxy on ${about} through Toxiproxy's API: ${what}`],
    ),
    ...stuck,
  ];
};
