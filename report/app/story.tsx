/** What broke and why, in words; every piece of evidence leads to its event. */
import type { JSX } from 'preact';
import type { PageCause, PageStatement, PageTrial } from '../../harness/report/data.ts';
import type { Difference } from '../../harness/report/diff/compare.ts';
import { Code, Command, Evidence, Text } from './parts.tsx';

interface Props {
  readonly trial: PageTrial;
  readonly number: number;
  readonly difference: Difference | undefined;
}

const Statement = ({
  statement,
  trial,
  n,
}: {
  readonly statement: PageStatement;
  readonly trial: number;
  readonly n?: number;
}): JSX.Element => (
  <li class="statement">
    <p>
      {n !== undefined && <span class="n">{n}</span>}
      <Text>{statement.message}</Text> <Evidence trial={trial} seqs={statement.evidence} />
    </p>
    <p class="muted id">
      <Code code={statement.code} /> <Text>{statement.id}</Text>
      {statement.state !== undefined && <span class="tag">{statement.state}</span>}
    </p>
  </li>
);

const Cause = ({ cause, trial }: { readonly cause: PageCause; readonly trial: number }): JSX.Element => (
  <li class="statement">
    <p>
      <span class="n">{cause.rank}</span>
      <strong>
        <Text>{cause.id}</Text>
      </strong>{' '}
      <Code code={cause.code} />
      {cause.remarks.map((remark) => (
        <span class="tag" key={remark}>
          {remark}
        </span>
      ))}
    </p>
    <p>
      <Text>{cause.message}</Text> <Evidence trial={trial} seqs={cause.evidence} />
    </p>
    {cause.checks.length > 0 && (
      <details>
        <summary>what was asked, and where the answers were read</summary>
        <ol class="checks">
          {cause.checks.map((check) => (
            <li key={check.question}>
              <Text>{check.question}</Text>
              <strong>
                {' '}
                <Text>{check.answer}</Text>
              </strong>
              <span class="muted">
                {' '}
                <Text>{check.readFrom}</Text>
              </span>{' '}
              <Evidence trial={trial} seqs={check.evidence} />
            </li>
          ))}
        </ol>
      </details>
    )}
  </li>
);

const DifferencePart = ({
  difference,
  trial,
  number,
}: {
  readonly difference: Difference;
  readonly trial: PageTrial;
  readonly number: number;
}): JSX.Element => (
  <section aria-labelledby="difference">
    <h2 id="difference">Against the trial that passed</h2>
    <p class="muted">
      <Text>{trial.reference?.label ?? ''}</Text>
    </p>
    {difference.sentences.length === 0 ? (
      <p>The same things happened.</p>
    ) : (
      <ul class="statements" data-testid="difference">
        {difference.sentences.map(({ text, seqs, kind }) => (
          <li key={text} class={`statement ${kind}`}>
            <p>
              <span class="n" aria-hidden="true">
                {kind === 'missing' ? '−' : kind === 'additional' ? '+' : '↕'}
              </span>
              <Text>{text}</Text> <Evidence trial={number} seqs={seqs} />
            </p>
          </li>
        ))}
      </ul>
    )}
  </section>
);

export const Story = ({ trial, number, difference }: Props): JSX.Element => (
  <div class="story">
    {trial.broke.length > 0 && (
      <section aria-labelledby="broke">
        <h2 id="broke">What broke</h2>
        <ol class="statements">
          {trial.broke.map((statement, i) => (
            <Statement key={`${statement.id} ${i}`} statement={statement} trial={number} n={i + 1} />
          ))}
        </ol>
        <p class="muted">
          {trial.noReturn === undefined ? (
            'No single event broke it: what is missing might have come until the end.'
          ) : (
            <>
              No way back after <Evidence trial={number} seqs={[trial.noReturn.seq]} />
            </>
          )}
        </p>
      </section>
    )}
    {trial.undecided.length > 0 && (
      <section aria-labelledby="undecided">
        <h2 id="undecided">What could not be decided</h2>
        <ul class="statements">
          {trial.undecided.map((reason) => (
            <li class="statement" key={reason.text}>
              <Code code={reason.code} /> <Text>{reason.text}</Text>
            </li>
          ))}
        </ul>
      </section>
    )}
    <section aria-labelledby="causes">
      <h2 id="causes">Causes while the fault lasted</h2>
      {trial.causes.length === 0 ? (
        <p class="muted">None was found.</p>
      ) : (
        <ol class="statements">
          {trial.causes.map((cause) => (
            <Cause key={`${cause.rank} ${cause.id} ${cause.subject ?? ''}`} cause={cause} trial={number} />
          ))}
        </ol>
      )}
      <p class="muted">
        <Text>{trial.expectation}</Text>
      </p>
    </section>
    {difference !== undefined && <DifferencePart difference={difference} trial={trial} number={number} />}
    {trial.notes.length > 0 && (
      <details class="section">
        <summary>
          Seen besides <span class="muted">(no accusation)</span>
        </summary>
        <ul class="statements">
          {trial.notes.map((note, i) => (
            <Statement key={`${note.id} ${i}`} statement={note} trial={number} />
          ))}
        </ul>
      </details>
    )}
    <details class="section">
      <summary>Rules, faults, how it ended</summary>
      <ul class="plain rules">
        {trial.invariants.map(({ id, verdict }) => (
          <li key={id} class={verdict}>
            <span aria-hidden="true">{verdict === 'holds' ? '✓' : verdict === 'violated' ? '✗' : '?'}</span> {id}{' '}
            {verdict}
          </li>
        ))}
        {trial.faults.map(({ kind, fired }) => (
          <li key={kind}>
            fault {kind}: {fired ? 'struck' : 'did not strike'}
          </li>
        ))}
        {trial.ending.map((text) => (
          <li key={text}>
            <Text>{text}</Text>
          </li>
        ))}
      </ul>
    </details>
    <section aria-labelledby="again">
      <h2 id="again">Again</h2>
      <Command text={trial.replay} />
      <p class="muted">
        seed {trial.seed} · <Text>{trial.folder}</Text>
      </p>
    </section>
  </div>
);
