/** `faultline explain <run folder>`: from which event on a failure was certain, and which of the faults it came of, proven by trials. */
import { join } from 'node:path';
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { jsonText } from '../../base/presentable.ts';
import { replaceFile } from '../../base/replace-file.ts';
import { findWorkerSet } from '../../config/worker-sets.ts';
import { readContract } from '../../contract/contract.ts';
import type { EnvironmentChoice } from '../../environment/start.ts';
import { attribute } from '../../explain/attribute.ts';
import type { Played } from '../../explain/attribute.ts';
import { bakedIn } from '../../explain/baked-in.ts';
import type { BakedIn } from '../../explain/baked-in.ts';
import { faultLabel } from '../../explain/fault-label.ts';
import { MOST_SEEDS, planExplanation } from '../../explain/plan.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { openHistory } from '../../history/history.ts';
import { timelineOf } from '../../history/timeline.ts';
import { trialSeed } from '../../runner/seeds.ts';
import { codeOf } from '../../verdict/codes.ts';
import { findingsOfTrial } from '../../verdict/findings.ts';
import type { TrialFinding } from '../../verdict/findings.ts';
import type { TrialResult } from '../../verdict/result.ts';
import { reasonsOf } from '../../verdict/unknowns.ts';
import { checkStartable } from '../../run/check-startable.ts';
import { colourOn, widthOf } from '../context.ts';
import type { Command } from '../context.ts';
import { explanationText } from '../explanation-text.ts';
import { tellsAll } from '../explanation.ts';
import type { ExplainedFinding, Explanation } from '../explanation.ts';
import { writeLines } from '../io.ts';
import { loadOwnConfig } from '../own-config.ts';
import { playForCommand } from '../play.ts';
import { createProgress } from '../progress.ts';
import { prepareRunsFolder } from '../../run/runs-folder.ts';
import { readStoredHistory, readStoredRun } from '../../run/stored-run.ts';
import type { StoredRun } from '../../run/stored-run.ts';
import { workersOfStored } from '../../run/stored-workers.ts';

export interface ExplainOptions {
  readonly environment: EnvironmentChoice;
  /** As `--workers` takes it; undefined: the set of that name in the present project. */
  readonly workers: string | undefined;
  /** The document instead of the text. */
  readonly json: boolean;
}

/** What it leaves in the run folder. */
const DOCUMENT = 'explanation.json';
const TRIALS = 'explain';

/** What the scenario expects of the causes of its faults is no question to a trial without them. */
const isAsked = ({ rule }: TrialFinding): boolean => rule !== 'causes';

type PlayedTrial = Played & Pick<Explanation['trials'][number], 'label' | 'folder'>;

const explanationOf = (
  { scenario, seed, workers }: StoredRun,
  findings: readonly TrialFinding[],
  baked: ExplainedFinding['bakedIn'],
  played: readonly PlayedTrial[],
): Explanation => {
  const asked = findings.filter(isAsked);
  const proofs = attribute(
    asked.map(({ id }) => id),
    scenario.faults.length,
    played,
  );
  return {
    version: 1,
    scenario: scenario.name,
    seed,
    workers,
    faults: scenario.faults.map(faultLabel),
    findings: asked.map(({ id, shown }, i) => {
      const code = codeOf(id);
      const { finding: _finding, ...proof } = proofs[i]!;
      return {
        id,
        ...(code === undefined ? {} : { code }),
        message: shown[0].message,
        bakedIn: baked.filter(({ finding }) => finding === id),
        proof,
      };
    }),
    notAsked: findings.filter((finding) => !isAsked(finding)).map(({ id }) => id),
    trials: played.map(({ label, seed: own, verdict, folder }) => ({
      label,
      seed: own,
      verdict: verdict.outcome,
      findings: findingsOfTrial(verdict).map(({ id }) => id),
      folder,
    })),
  };
};

/** Each with its event in words, as the payment's timeline tells it. */
const withEvents = (baked: readonly BakedIn[], events: readonly HistoryEvent[]): ExplainedFinding['bakedIn'] => {
  const history = openHistory(events);
  return baked.map((one) => {
    const subject = history.subjects.find(({ name }) => name === one.subject);
    if (subject === undefined || !('seq' in one)) return one;
    const event = timelineOf(history, subject).find(({ seq }) => seq === one.seq)?.text;
    return event === undefined ? one : { ...one, event };
  });
};

export const explain: Command<[folder: string, options: ExplainOptions]> = async (
  context,
  folder,
  { environment, workers: given, json },
) => {
  const { io } = context;
  const stored = readStoredRun(io.cwd, folder);
  const { scenario, seed, result } = stored;
  if (result === undefined)
    throw new FaultlineError(
      'usage',
      `the run in ${stored.dir} ended before it was judged: there is nothing to explain`,
      'Name the folder of a trial that failed.',
    );
  const { verdict } = result;
  if (verdict.outcome === 'passed') {
    io.stdout.write(`${scenario.name} passed: there is nothing to explain\n`);
    return EXIT.ok;
  }
  const findings = findingsOfTrial(verdict);
  if (findings.length === 0) {
    writeLines(
      io.stdout,
      `${scenario.name} is ${verdict.outcome}, which accuses nobody: ${reasonsOf(verdict).join('; ')}`,
    );
    return EXIT.unknown;
  }
  if (!findings.some(isAsked)) {
    const all = findings.map(({ id }) => id).join(', ');
    writeLines(
      io.stdout,
      `${scenario.name} failed by how causes stand to what it expects of its faults (${all}): a trial without them cannot show that`,
    );
    return EXIT.unknown;
  }
  const events = readStoredHistory(stored);
  const named = workersOfStored(stored, given, io.cwd);
  const config = await loadOwnConfig(io.cwd);
  const workers = await findWorkerSet(config, named, io.cwd);
  checkStartable(config, workers, io.env);
  const baked = withEvents(bakedIn(verdict, events, readContract(config.pacts)), events);
  const outDir = join(stored.dir, TRIALS);
  prepareRunsFolder(outDir, io.cwd);

  const rounds = planExplanation(
    scenario,
    seed,
    Array.from({ length: MOST_SEEDS - 1 }, (_none, i) => trialSeed(seed, i + 1)),
    (event) => Object.values(config.pipeline.stages).some(({ announces }) => announces.includes(event)),
  );
  const planned = rounds.flatMap((round) => round.variants.map((variant) => ({ ...variant, seed: round.seed })));
  const progress = createProgress(io.stderr);
  const played: PlayedTrial[] = [];
  const onRevised = ({ runDir, verdict: revised }: TrialResult): void => {
    const place = played.findIndex((trial) => trial.folder === runDir);
    if (place !== -1) played[place] = { ...played[place]!, verdict: revised };
  };
  const chosen = { config, workers, environment, outDir, onRevised };
  const interrupted = await playForCommand(context, progress, chosen, planned, {
    onStart: (place) => {
      const { label, seed: own } = planned[place]!;
      progress.say(`trial ${place + 1} of ${planned.length}: ${label}, seed ${own}`);
    },
    tell: ({ verdict: found, runDir, seed: own }) => {
      const { change, label } = planned[played.length]!;
      played.push({ change, seed: own, verdict: found, label, folder: runDir });
    },
  });
  if (interrupted) return EXIT.interrupted;
  const explanation = explanationOf(stored, findings, baked, played);
  const document = `${jsonText(explanation, 2)}\n`;
  replaceFile(join(stored.dir, DOCUMENT), document);
  io.stdout.write(json ? document : explanationText(explanation, { colour: colourOn(io), width: widthOf(io) }));
  return tellsAll(explanation) ? EXIT.ok : EXIT.unknown;
};
