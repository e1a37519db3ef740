/** Keeps a relay to those who may use it, where what it leads to takes whoever comes by it for one of the run. */
import type { Socket } from 'node:net';
import { peerOf } from '../base/peer.ts';
import type { Peer } from '../base/peer.ts';

/** 'refused': a program of somebody else's. 'gone': nobody can tell whose it was, and what it has left behind goes nowhere. */
export type Admission = 'admitted' | 'refused' | 'gone';

/** Root reads the key of a gateway from our memory, if he wants it. */
const isTrusted = (uid: number): boolean => uid === process.geteuid?.() || uid === 0;

/** @param onStranger hears of every user who was refused, once */
export const createDoor = (
  onStranger: (uid: number) => void,
  look: (client: Socket) => Peer = peerOf,
): ((client: Socket) => Admission) => {
  const told = new Set<number>();
  return (client) => {
    const peer = look(client);
    if (peer === 'gone') return peer;
    // Where the system does not say whose programs are connected, nobody can be kept away.
    if (peer === 'untold' || isTrusted(peer)) return 'admitted';
    if (!told.has(peer)) onStranger(peer);
    told.add(peer);
    return 'refused';
  };
};
