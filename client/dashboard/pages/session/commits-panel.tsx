/** Commits a session made or named, whether git knows them, and what was done up to each. */
import type { CommitWindow, SessionDetail } from '../../../../shared/views/session.ts';
import { toCount, toPlural } from '../../format/numbers.ts';
import { toDollars, toTokens } from '../../format/usage.ts';
import { Panel } from '../../parts/panel.tsx';
import { Status } from '../../parts/status.tsx';
import { Age } from '../../parts/time.tsx';

type Commit = SessionDetail['commits'][number];

export function CommitsPanel({ session: { commits, commitWindows } }: { session: SessionDetail }) {
  // Without a commit the only window is the session itself.
  if (commits.length === 0) return null;
  return (
    <Panel
      title="Commits"
      aside={<span className="muted small figure">{toPlural(commits.length, 'commit')}</span>}
    >
      <ul className="commits">
        {commits.map((commit) => (
          <CommitLine key={`${commit.hash} ${commit.source}`} commit={commit} />
        ))}
      </ul>
      {commitWindows.length > 0 && <Windows windows={commitWindows} />}
    </Panel>
  );
}

const sources: Readonly<Record<Commit['source'], string>> = {
  created: 'made here',
  mentioned: 'named here',
  resolved: 'looked up here',
};

function CommitLine({ commit: { hash, commitId, source, verified, at } }: { commit: Commit }) {
  return (
    <li className="commit">
      <code title={commitId ?? hash}>{hash.slice(0, 12)}</code>
      <span className="small">{sources[source]}</span>
      <Verified verified={verified} />
      <span className="muted small">{at !== null && <Age at={at} />}</span>
    </li>
  );
}

/** SE14: asked of the repository, not believed. */
function Verified({ verified }: { verified: boolean | null }) {
  if (verified === null) {
    return (
      <span title="There is no repository to ask">
        <Status icon="empty" tone="idle" label="not checked" />
      </span>
    );
  }
  return verified ? (
    <span title="The repository has this commit">
      <Status icon="completed" tone="good" label="verified" />
    </span>
  ) : (
    <span title="The repository does not have this commit">
      <Status icon="warning" tone="warn" label="not found" />
    </span>
  );
}

/** LK14: tokens are counted once, so the windows add up to the session. */
function Windows({ windows }: { windows: readonly CommitWindow[] }) {
  return (
    <details className="fold">
      <summary>What was done up to each commit</summary>
      <div className="table-scroll">
        <table className="table table-compact">
          <thead>
            <tr>
              <th scope="col">Up to</th>
              {['Tools', 'Files', 'Lines', 'Tokens', 'Cost'].map((name) => (
                <th key={name} scope="col" className="align-right">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {windows.map((window, index) => (
              <tr key={window.hash ?? index}>
                <th scope="row">
                  {window.hash === null ? 'not committed yet' : <code>{window.hash.slice(0, 12)}</code>}
                </th>
                <td className="align-right figure">{toCount(window.tools)}</td>
                <td className="align-right figure">{toCount(window.files)}</td>
                <td className="align-right figure">
                  +{toCount(window.linesAdded)} −{toCount(window.linesDeleted)}
                </td>
                <td className="align-right figure">{toTokens(window.tokens)}</td>
                <td className="align-right figure">
                  {window.cost === null ? 'unknown' : toDollars(window.cost)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
