/** The files a session touched: what it wrote first. */
import { useState } from 'react';
import type { SessionDetail } from '../../../../shared/views/session.ts';
import { toCount, toPlural } from '../../format/numbers.ts';
import { toTouchedFiles } from '../../format/touched-files.ts';
import type { TouchedFile } from '../../format/touched-files.ts';
import { Panel } from '../../parts/panel.tsx';

const filesAtOnce = 25;

export function FilesPanel({ files }: { files: SessionDetail['files'] }) {
  const [hasAll, setAll] = useState(false);
  if (files.length === 0) return null;
  const touched = toTouchedFiles(files);
  const shown = hasAll ? touched : touched.slice(0, filesAtOnce);
  const written = touched.filter(({ isWritten }) => isWritten).length;
  return (
    <Panel
      title="Files touched"
      aside={
        <span className="muted small figure">
          {toPlural(touched.length, 'file')}, {toCount(written)} written
        </span>
      }
    >
      <ul className="touched">
        {shown.map((file) => (
          <FileLine key={file.path} file={file} />
        ))}
      </ul>
      {shown.length < touched.length && (
        <button type="button" className="button button-small" onClick={() => setAll(true)}>
          Show {toCount(touched.length - shown.length)} more
        </button>
      )}
    </Panel>
  );
}

function FileLine({ file: { path, outside, isWritten, what, added, deleted } }: { file: TouchedFile }) {
  return (
    <li className="touched-file">
      <span className={isWritten ? 'mono small wrap' : 'mono small wrap muted'}>
        {path}
        {outside && <span className="tag touched-tag">outside</span>}
      </span>
      <span className="small figure">
        {added > 0 && <span className="good">+{toCount(added)} </span>}
        {deleted > 0 && <span className="bad">−{toCount(deleted)} </span>}
      </span>
      <span className="muted small touched-what">{what}</span>
    </li>
  );
}
