/** Follows what one client says to Postgres and tells which message makes something durable, and what that is. */
import { readText, type WireMessage } from './wire.ts';

export interface Commit {
  /** Tables written and types of events appended, in order: what a report calls this point. */
  readonly label: string;
}

export interface CommitReader {
  /** Takes the next message of the client; answers the commit that it asks for. */
  read(message: WireMessage): Commit | undefined;
}

const write = /insert into|update\s+"?\w+"?\s+set|delete from|^\s*(create|alter|drop|truncate)\b/i;
const table =
  /(?:insert into|update|delete from|create table|alter table)\s+(?:if not exists\s+)?"?(\w+)"?/gi;
const eventType = /"type":"([a-z]+:[a-z-]+)"/g;

export function createCommitReader(): CommitReader {
  const statements = new Map<string, string>();
  let bound = { text: '', events: [] as string[] };
  let isOpen = false;
  let written: string[] = [];

  const run = (text: string, events: readonly string[]): Commit | undefined => {
    const word = text.trimStart().slice(0, 8).toLowerCase();
    if (word.startsWith('begin')) {
      isOpen = true;
      written = [];
      return undefined;
    }
    if (word.startsWith('rollback')) {
      isOpen = false;
      return undefined;
    }
    if (word.startsWith('commit')) {
      isOpen = false;
      return written.length === 0 ? undefined : { label: toLabel(written) };
    }
    if (!write.test(text)) return undefined;
    const what = [...(events.length > 0 ? [] : tablesOf(text)), ...events];
    if (!isOpen) return { label: toLabel(what) };
    written.push(...what);
    return undefined;
  };

  return {
    read({ type, body }) {
      if (type === 'P') {
        const name = readText(body);
        statements.set(name.text, readText(body, name.next).text);
      } else if (type === 'B') {
        const statement = readText(body, readText(body).next).text;
        const text = statements.get(statement) ?? '';
        bound = { text, events: text.includes('journal_state') ? eventsIn(body) : [] };
      } else if (type === 'E') return run(bound.text, bound.events);
      else if (type === 'Q') return run(readText(body).text, []);
      return undefined;
    },
  };
}

const tablesOf = (text: string): string[] => [...text.matchAll(table)].map(([, name = '']) => name);

const eventsIn = (body: Buffer): string[] =>
  [...body.toString('latin1').matchAll(eventType)].map(([, type = '']) => type);

/** Each once: a batch of fifty documents is the same point as one of ten. */
const toLabel = (what: readonly string[]): string => [...new Set(what)].join(' ');
