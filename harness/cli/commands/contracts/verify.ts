/** `faultline contracts verify`: holds a service, or its stub, against the pacts with Pact's own verifier. */
import { relative, resolve } from 'node:path';
import { EXIT, FaultlineError } from '../../../base/errors.ts';
import { redact } from '../../../base/redact.ts';
import { didYouMean } from '../../../base/nearest.ts';
import { loadConfig } from '../../../config/load.ts';
import type { Config } from '../../../config/types.ts';
import type { EnvironmentChoice } from '../../../environment/start.ts';
import { brokerFrom } from '../../../pact/broker/broker.ts';
import { versionOf } from '../../../pact/broker/commit.ts';
import { pactsForVerification, publishVerification } from '../../../pact/broker/verification.ts';
import { documentOf } from '../../../pact/provider/document.ts';
import type { PactDocument } from '../../../pact/provider/document.ts';
import { calledIn, pactsOf } from '../../../pact/provider/pacts.ts';
import { ensureReachable } from '../../../pact/provider/reachable.ts';
import { statesAt } from '../../../pact/provider/states.ts';
import type { ProviderStates } from '../../../pact/provider/states.ts';
import { openOwnStub } from '../../../pact/provider/own-stub.ts';
import type { OwnStub } from '../../../pact/provider/own-stub.ts';
import { readAddress } from '../../../pact/provider/tap.ts';
import { verifyProvider } from '../../../pact/provider/verification.ts';
import { openVerifier } from '../../../pact/provider/verifier.ts';
import { colourOn, widthOf } from '../../context.ts';
import type { Command, CommandContext } from '../../context.ts';
import { writeLines } from '../../io.ts';
import { createProgress } from '../../progress.ts';
import { onStopSignals } from '../../../run/signals.ts';
import { pactsFolder } from './pacts-folder.ts';
import { countsOf, verificationText } from './verify-report.ts';
import type { VerifiedPact } from './verify-report.ts';

export interface PublishWish {
  readonly broker: Parameters<typeof brokerFrom>[0];
  readonly providerVersion: string | undefined;
  readonly branch: string | undefined;
  readonly tags: readonly string[];
  readonly buildUrl: string | undefined;
  readonly allowDirty: boolean;
}

export interface VerifyOptions {
  /** Folder of the pact files; undefined: the configuration's. */
  readonly pacts: string | undefined;
  /** The service; undefined: the pipeline's only one. */
  readonly provider: string | undefined;
  /** Undefined: the stub. */
  readonly providerUrl: string | undefined;
  readonly stateUrl: string | undefined;
  readonly againstStub: boolean;
  readonly environment: EnvironmentChoice;
  /** Undefined: nothing is published. */
  readonly publish: PublishWish | undefined;
}

const check = ({ providerUrl, stateUrl, againstStub, publish }: VerifyOptions): void => {
  if (providerUrl !== undefined) return;
  const wrong = stateUrl !== undefined ? '--state-url' : againstStub ? '--against stub' : undefined;
  if (wrong !== undefined)
    throw new FaultlineError(
      'usage',
      `${wrong} needs --provider-url`,
      'Without --provider-url it is the stub that is verified.',
    );
  if (publish !== undefined)
    throw new FaultlineError(
      'usage',
      '--publish needs --provider-url: a stub that honours the contract says nothing about the service',
      'Give the address where the service runs.',
    );
};

/** The service that is meant. Errors: FaultlineError 'usage' where that is not said, or it is none of the pipeline's. */
const providerOf = ({ pipeline }: Config, named: string | undefined): string => {
  const services = Object.keys(pipeline.services);
  const provider = named ?? (services.length === 1 ? services[0] : undefined);
  if (provider !== undefined && services.includes(provider)) return provider;
  const all = services.length === 0 ? 'none' : services.join(', ');
  throw new FaultlineError(
    'usage',
    provider === undefined
      ? `which service is meant is not said: the pipeline ${pipeline.name} has ${all}`
      : `the pipeline ${pipeline.name} has no service ${provider}${didYouMean(provider, services)}; it has ${all}`,
    'Name it with --provider.',
  );
};

/** Who is meant, where that needs no configuration: a service that runs and pacts are given; undefined: it needs one. */
const givenProvider = (cwd: string, options: VerifyOptions): string | undefined => {
  const { pacts, provider, providerUrl, againstStub } = options;
  if (providerUrl === undefined || againstStub || pacts === undefined) return undefined;
  const [called, other] = provider === undefined ? calledIn(resolve(cwd, pacts)) : [provider];
  return other === undefined ? called : undefined;
};

interface Meant {
  readonly provider: string;
  /** Undefined: it was not needed. */
  readonly config: Config | undefined;
}

const meantBy = async (cwd: string, options: VerifyOptions): Promise<Meant> => {
  const given = givenProvider(cwd, options);
  if (given !== undefined) return { provider: given, config: undefined };
  const config = await loadConfig({ cwd });
  return { provider: providerOf(config, options.provider), config };
};

/** A pact to verify, and what to do with its result. */
interface Task {
  /** The pact as it is shown. */
  readonly name: string;
  readonly document: PactDocument;
  /** Undefined: the result stays here. */
  readonly tell: ((success: boolean, failures: readonly string[]) => Promise<void>) | undefined;
}

/** A published result belongs to the pact that the broker has, so that one is verified and not the local file. */
const tasksFor = async ({ io }: CommandContext, provider: string, options: VerifyOptions): Promise<readonly Task[]> => {
  const { publish } = options;
  if (publish === undefined)
    return pactsOf(provider, await pactsFolder(io, options.pacts)).map((document) => ({
      name: relative(io.cwd, document.name),
      document,
      tell: undefined,
    }));
  const broker = brokerFrom(publish.broker, io.env);
  const version = await versionOf(
    {
      folder: io.cwd,
      version: publish.providerVersion,
      branch: publish.branch,
      option: '--provider-version',
      allowDirty: publish.allowDirty,
    },
    io.env,
  );
  const pacts = await pactsForVerification(broker, { provider, branch: version.branch });
  return pacts.map((pact) => ({
    name: `of ${pact.consumer} ${pact.consumerVersion} at the broker`,
    document: documentOf(pact.json, pact.url),
    tell: (success, failures) =>
      publishVerification(broker, pact, {
        providerVersion: version.number,
        branch: version.branch,
        tags: publish.tags,
        buildUrl: publish.buildUrl,
        success,
        failures,
      }),
  }));
};

interface Target {
  readonly name: string;
  readonly url: URL;
  readonly states: ProviderStates | undefined;
}

const targetAt = async (provider: string, providerUrl: string, stateUrl: string | undefined): Promise<Target> => {
  const url = readAddress(providerUrl, '--provider-url');
  const states = stateUrl === undefined ? undefined : readAddress(stateUrl, '--state-url');
  await ensureReachable(provider, url);
  if (states !== undefined) await ensureReachable("the provider states' address", states);
  return { name: `${provider} at ${redact(url.href)}`, url, states: states && statesAt(states) };
};

const openStub = async (
  context: CommandContext,
  config: Config,
  { provider, choice }: { readonly provider: string; readonly choice: EnvironmentChoice },
): Promise<OwnStub> => {
  const { io, signals, exitNow } = context;
  const progress = createProgress(io.stderr);
  let stopListening = (): void => undefined;
  const opened = await openOwnStub({
    config,
    provider,
    environment: choice,
    env: io.env,
    progress: progress.say,
    whenUp: (kill) => {
      progress.clear();
      const end = (): void => {
        kill();
        exitNow(EXIT.interrupted);
      };
      stopListening = onStopSignals(signals, end, end);
    },
  })
    .catch((error: unknown) => {
      stopListening();
      throw error;
    })
    .finally(progress.clear);
  return {
    ...opened,
    close: async () => {
      await opened.close();
      stopListening();
    },
  };
};

const asTarget = ({ provider, stub: { url, states } }: OwnStub): Target => ({
  name: `the stub of ${provider}`,
  url,
  states,
});

/** Verifies every pact; the stub as well where the two are compared. */
const verifyAll = async (
  tasks: readonly Task[],
  target: Target,
  stub: OwnStub | undefined,
): Promise<readonly VerifiedPact[]> => {
  const verifier = await openVerifier();
  try {
    const verified: VerifiedPact[] = [];
    for (const { name, document } of tasks) {
      const run = ({ url, states }: Target) =>
        verifyProvider({ verifier, document, provider: { target: url }, states });
      const results = await run(target);
      verified.push({
        title: `${target.name}, pact ${name}`,
        results,
        stub: stub === undefined ? undefined : await run(asTarget(stub)),
      });
    }
    return verified;
  } finally {
    await verifier.close();
  }
};

const failuresOf = ({ results }: VerifiedPact): readonly string[] =>
  results.flatMap(({ interaction, findings }) =>
    findings.map(({ path, text }) => `${interaction.description}: ${path === '-' ? '' : `${path} `}${text}`),
  );

/** Tells the broker, or says why not: what could not be verified is no result. */
const tellBroker = async (
  { io }: CommandContext,
  tasks: readonly Task[],
  verified: readonly VerifiedPact[],
): Promise<void> => {
  for (const [i, pact] of verified.entries()) {
    const tell = tasks[i]?.tell;
    if (tell === undefined) continue;
    const { failed, unknown } = countsOf([pact]);
    if (unknown > 0 && failed === 0) {
      writeLines(io.stdout, `not published, for ${unknown} interactions were not verified: ${pact.title}`);
      continue;
    }
    await tell(failed === 0, failuresOf(pact));
    writeLines(io.stdout, `published as ${failed === 0 ? 'verified' : 'failed'}: ${pact.title}`);
  }
};

export const verify: Command<[VerifyOptions]> = async (context, options) => {
  check(options);
  const { io } = context;
  const { provider, config } = await meantBy(io.cwd, options);
  const tasks = await tasksFor(context, provider, options);
  const { providerUrl, stateUrl, environment: choice } = options;
  const given = providerUrl === undefined ? undefined : await targetAt(provider, providerUrl, stateUrl);
  const opened =
    config !== undefined && (given === undefined || options.againstStub)
      ? await openStub(context, config, { provider, choice })
      : undefined;
  let verified: readonly VerifiedPact[];
  try {
    const target = given ?? (opened === undefined ? undefined : asTarget(opened));
    if (target === undefined) throw new Error('neither a provider nor the stub was opened');
    verified = await verifyAll(tasks, target, options.againstStub ? opened : undefined);
    const [trouble] = opened?.stub.troubles() ?? [];
    if (trouble !== undefined) throw new FaultlineError('environment', trouble, 'Nothing that was verified counts.');
  } finally {
    await opened?.close();
  }
  io.stdout.write(verificationText(verified, { colour: colourOn(io), width: widthOf(io) }));
  await tellBroker(context, tasks, verified);
  const { failed, unknown } = countsOf(verified);
  if (failed > 0) return EXIT.failed;
  return unknown > 0 ? EXIT.unknown : EXIT.ok;
};
