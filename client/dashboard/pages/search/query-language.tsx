/** What may be written into the box: in one line beside it, and with examples while nothing is asked (SR3). */
import { Link } from 'react-router';
import { toSearchPath } from '../../address/paths.ts';

export function QueryLine() {
  return (
    <p className="muted small query-line">
      <code>all words</code> <code>"a phrase"</code> <code>begin*</code> <code>-without</code>{' '}
      <span className="no-wrap">
        <code>US0001</code> + Enter opens it
      </span>
    </p>
  );
}

const examples = [
  { q: 'sync status', means: 'both words, in any order, anywhere in the text' },
  { q: '"sync status"', means: 'the two words side by side, in this order' },
  { q: 'auth*', means: 'words that begin so' },
  { q: 'sync -draft', means: 'with the one word and without the other' },
  { q: 'US0001', means: 'what owns the id, what is about it, and what names it' },
] as const;

export function QueryExamples() {
  return (
    <section className="panel" aria-labelledby="query-examples">
      <header className="panel-header">
        <h2 id="query-examples">What can be asked</h2>
      </header>
      <dl className="panel-body query-examples">
        {examples.map(({ q, means }) => (
          <div key={q}>
            <dt>
              <Link to={toSearchPath({ q })}>
                <code>{q}</code>
              </Link>
            </dt>
            <dd className="muted">{means}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
