/** The signs of events, as shapes: nothing is told by colour alone. All of them lie in a square of 12. */
import type { JSX } from 'preact';
import type { Sign } from '../../../harness/report/view/words.ts';

interface Look {
  readonly path: string;
  /** Drawn by its outline only: the harness's own doing, and what is no thing. */
  readonly hollow?: true;
  readonly name: string;
}

export const LOOKS: Readonly<Record<Sign, Look>> = {
  record: { path: 'M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z', name: 'record' },
  'record-harness': { path: 'M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z', hollow: true, name: 'record by the harness' },
  topic: { path: 'M-5-3H5M-5 3H5', hollow: true, name: 'topic made or deleted' },
  offset: { path: 'M0-5.5L5.5 0L0 5.5L-5.5 0Z', name: 'offset' },
  group: { path: 'M0-4L4 0L0 4L-4 0Z', hollow: true, name: 'group' },
  commit: { path: 'M-4.5-4.5H4.5V4.5H-4.5Z', name: 'commit by a worker' },
  'commit-harness': { path: 'M-4.5-4.5H4.5V4.5H-4.5Z', hollow: true, name: 'commit by somebody else' },
  call: { path: 'M-4-5L5.5 0L-4 5Z', name: 'call' },
  answer: { path: 'M4-5L-5.5 0L4 5Z', name: 'answer' },
  'no-answer': { path: 'M-4-4L4 4M4-4L-4 4', hollow: true, name: 'no answer, refused' },
  effect: { path: 'M0-4V4M-4 0H4', hollow: true, name: 'what the call did' },
  log: { path: 'M-4-1H4V1H-4Z', name: 'log line' },
  trouble: { path: 'M0-5.5L5.5 4.5H-5.5Z', name: 'trouble' },
  start: { path: 'M0-3.5A3.5 3.5 0 1 1 0 3.5A3.5 3.5 0 1 1 0-3.5Z', hollow: true, name: 'start' },
  exit: { path: 'M-5 0H5M-3-4L3 4M3-4L-3 4', hollow: true, name: 'exit' },
  signal: { path: 'M1-6L-4 1H0L-1 6L4-1H0Z', name: 'signal' },
  wire: { path: 'M-2-2A2 2 0 1 1-2 2', hollow: true, name: 'connection' },
  fault: { path: 'M1-6L-4 1H0L-1 6L4-1H0Z', name: 'fault' },
  healed: { path: 'M-4.5 0L-1 4L5-4', hollow: true, name: 'healed' },
  trial: { path: 'M-2 0H2', hollow: true, name: 'the trial' },
};

interface SignProps {
  readonly sign: Sign;
  readonly x: number;
  readonly y: number;
  readonly group: string;
  readonly scale: number;
  readonly classes?: string;
}

export const SignShape = ({ sign, x, y, group, scale, classes = '' }: SignProps): JSX.Element => {
  const { path, hollow } = LOOKS[sign];
  return (
    <path
      d={path}
      transform={`translate(${x} ${y}) scale(${scale})`}
      class={`sign g-${group} ${hollow === true ? 'hollow' : 'solid'} ${sign === 'trouble' || sign === 'no-answer' ? 'bad' : ''} ${classes}`}
    />
  );
};
