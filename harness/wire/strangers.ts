/** Keeps a relay to those who may use it. */
import { BlockList, isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import { isOurAddress, peerOf } from '../base/peer.ts';
import type { LocalPeer, Peer } from '../base/peer.ts';
import { holdersOf, holdsSocket, isElsewhere, isPart } from '../base/socket-holders.ts';

/** 'refused': somebody else's. 'gone': nobody can tell whose it was; what it has left behind goes nowhere, and is nobody's doing. */
export type Admission = 'admitted' | 'refused' | 'gone';

/** Whom a relay serves. Left out: whoever connects. */
export interface Served {
  /**
   * What the relay leads to takes whoever comes this way for one of the run: of programs of this machine only the worker's
   * are served, and root's, who needs no relay for it.
   */
  readonly ownOnly?: boolean;
  /** Is that process a worker's? Left out: it runs where that cannot be told, and every program of the user's may be one. */
  readonly isWorkers?: ((pid: number) => boolean) | undefined;
  /** From outside of this machine only these networks are served, as 172.18.0.0/16. Left out: whatever reaches it. */
  readonly networks?: readonly string[] | undefined;
  /** Tells one trial from another: strangers are told of once in each. */
  readonly trial?: () => unknown;
}

/** Why somebody is refused. */
interface Reason {
  /** Told of once. */
  readonly kind: string;
  readonly words: string;
  /** Looking again changes nothing. */
  readonly final: boolean;
}

const WHY = {
  // It may be the worker, under an account of its own: it must not be judged by what it could not reach.
  user: (uid: number): Reason => ({
    kind: `user ${uid}`,
    words: `a program of the user ${uid} connected to it and was refused: it serves only programs of the user who runs Faultline (${process.geteuid?.()}), so workers have to run as that one`,
    final: true,
  }),
  part: (): Reason => ({
    kind: 'part',
    words:
      'a program that Faultline runs for itself, as Toxiproxy is, connected to it and was refused: somebody has made a proxy that leads there',
    final: true,
  }),
  process: (pid: number): Reason => ({
    kind: 'process',
    words: `a program that no worker started (process ${pid}) connected to it and was refused: it serves what a worker's command starts, and that has to keep the environment it is given, and not to overwrite it`,
    final: false,
  }),
  network: (address: string): Reason => ({
    kind: 'network',
    words: `somebody at ${address} connected to it and was refused: it serves only the network of the workers' containers`,
    final: true,
  }),
  unread: (error: unknown): Reason => ({
    kind: 'unread',
    words: `a program connected to it and was refused, as nobody could look whose it is: ${error instanceof Error ? error.message : String(error)}`,
    final: true,
  }),
};

/** @param networks as 172.18.0.0/16 */
const blockListOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
};

/** A process that becomes another program at this moment has no environment to be known by. */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 2;
const pause = new Int32Array(new SharedArrayBuffer(4));

interface Asked {
  readonly client: Socket;
  readonly look: (client: Socket) => Peer;
  readonly isWorkers: ((pid: number) => boolean) | undefined;
  /** The worker's processes that were seen to hold a connection: most hold the next one too. */
  readonly known: Set<number>;
}

/** What is to be held against it, if anything. */
type Finding = 'admitted' | 'gone' | Reason;

/** Who holds this socket of a program of the user's? */
const heldBy = ({ inode }: LocalPeer, { isWorkers, known }: Asked): 'admitted' | 'unseen' | Reason => {
  const isServed = (pid: number): boolean => pid === process.pid || isWorkers?.(pid) === true;
  for (const pid of known) {
    if (!isServed(pid)) known.delete(pid);
    else if (holdsSocket(pid, inode)) return 'admitted';
  }
  let found: 'unseen' | Reason = 'unseen';
  for (const pid of holdersOf(inode)) {
    if (isPart(pid)) return WHY.part();
    if (isServed(pid)) {
      known.add(pid);
      return 'admitted';
    }
    if (isWorkers !== undefined && !isElsewhere(pid)) found = WHY.process(pid);
  }
  return found;
};

const judge = (asked: Asked): Finding => {
  let last: 'unseen' | Reason = 'unseen';
  for (let looks = 0; looks <= LOOKS; looks += 1) {
    if (looks > 1) Atomics.wait(pause, 0, 0, BETWEEN_LOOKS_MS);
    const peer = asked.look(asked.client);
    if (peer === 'gone') return peer;
    // Where the system does not say whose programs are connected, nobody can be kept away.
    if (peer === 'untold') return 'admitted';
    const us = process.geteuid?.();
    // Root reads the key of a gateway from our memory, if he wants it.
    if (peer.uid === 0 && us !== 0) return 'admitted';
    // Root sees what everybody holds: a worker that has become another user is still one.
    if (peer.uid !== us && us !== 0) return WHY.user(peer.uid);
    if (looks === LOOKS) break;
    const held = heldBy(peer, asked);
    if (peer.uid !== us && held !== 'admitted') return WHY.user(peer.uid);
    if (held === 'admitted' || (held !== 'unseen' && held.final)) return held;
    last = held;
  }
  // It was held all the time, and by nobody who can be seen: its user has to do.
  return last === 'unseen' ? 'admitted' : last;
};

/** @param tell hears why somebody was refused, once in a trial */
export const createDoor = (
  { ownOnly = false, isWorkers, networks, trial = () => undefined }: Served,
  tell: (why: string) => void,
  look: (client: Socket) => Peer = peerOf,
): ((client: Socket) => Admission) => {
  const allowed = networks === undefined ? undefined : blockListOf(networks);
  const known = new Set<number>();
  const told = new Set<string>();
  let toldIn: unknown;

  const refuse = ({ kind, words }: Reason): Admission => {
    if (toldIn !== trial()) told.clear();
    toldIn = trial();
    if (!told.has(kind)) tell(words);
    told.add(kind);
    return 'refused';
  };
  return (client) => {
    const { remoteAddress: from } = client;
    if (from === undefined) return 'gone';
    if (allowed !== undefined && !isOurAddress(from) && !allowed.check(from, isIPv6(from) ? 'ipv6' : 'ipv4'))
      return refuse(WHY.network(from));
    if (!ownOnly) return 'admitted';
    let found: Finding;
    try {
      found = judge({ client, look, isWorkers, known });
    } catch (error) {
      found = WHY.unread(error);
    }
    return typeof found === 'string' ? found : refuse(found);
  };
};
