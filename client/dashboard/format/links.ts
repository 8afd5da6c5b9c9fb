/** Links in words: how one came about, what speaks for it, and what is wrong with it. */
import type { Verdict } from '../../../shared/views/link-audit.ts';
import type { UnresolvedReason } from '../../../shared/views/link.ts';
import { toWords } from './labels.ts';
import { toCount, toPlural } from './numbers.ts';

export interface ReasonText {
  readonly code: string;
  readonly title: string;
  readonly text: string;
}

interface Floors {
  readonly primaryFloor: number;
  readonly fanoutFloor: number;
}

const fanout = /^high_fanout\((\d+)\)$/;

/** AU14: the reasons of one suspect, in the order in which they are written. */
export function toReasonTexts(reason: string, floors: Floors): readonly ReasonText[] {
  return reason
    .split(';')
    .filter((code) => code !== '')
    .map((code) => toReasonText(code, floors));
}

function toReasonText(code: string, { primaryFloor, fanoutFloor }: Floors): ReasonText {
  const count = fanout.exec(code)?.[1];
  if (count !== undefined) {
    return {
      code,
      title: `The session is linked to ${toCount(Number(count))} features`,
      text: `From ${toPlural(fanoutFloor, 'feature')} on, it has probably touched many things in passing.`,
    };
  }
  switch (code) {
    case 'primary_like_command_path_mismatch':
      return {
        code,
        title: 'The command names a path of something else',
        text: `Confidence is ${primaryFloor} or more, as for a session about this feature, yet the path given to the command does not name it.`,
      };
    case 'primary_like_title_path_mismatch':
      return {
        code,
        title: 'Neither title nor path names the feature',
        text: `Confidence is ${primaryFloor} or more and a command of planned work was used, yet nothing in the title or the path says that it was for this feature.`,
      };
    default:
      return { code, title: toWords(code), text: '' };
  }
}

export interface VerdictText {
  readonly verb: string;
  readonly done: string;
  readonly meaning: string;
}

/** AU6 in words. */
export const verdictTexts: Readonly<Record<Verdict, VerdictText>> = {
  dismissed: {
    verb: 'Dismiss',
    done: 'Dismissed',
    meaning: 'The link is right as it is; it is no longer suspected.',
  },
  pinned: {
    verb: 'Pin',
    done: 'Pinned',
    meaning:
      'The link is confirmed: it stays whatever later evidence says, with a confidence of at least 0.9.',
  },
  unlinked: {
    verb: 'Unlink',
    done: 'Unlinked',
    meaning: 'The link is wrong: it goes at once and is never made again by itself.',
  },
};

const signals: Readonly<Record<string, string>> = {
  command_args_path: 'Command with a path',
  file_write: 'File written',
  shell_reference: 'Named in a shell command',
  search_reference: 'Searched',
  file_reference: 'Named by a tool',
  file_read: 'File read',
};
export const toSignalName = (type: string): string => signals[type] ?? toWords(type);

const adjustments: Readonly<Record<string, string>> = {
  three_or_more_signals: 'Three or more signals',
  two_signals: 'Two signals',
  written: 'A file was written',
  'share_below_0.50': 'Less than half of the session is about it',
  'share_below_0.70': 'Less than 70 % of the session is about it',
  reads_only: 'Files were only read',
  stated_confidence: 'Confidence stated in the document',
  pinned: 'Pinned by a person',
};
export const toAdjustmentName = (reason: string): string => adjustments[reason] ?? toWords(reason);

export const unresolvedTexts: Readonly<Record<UnresolvedReason, string>> = {
  no_match: 'Nothing has this name',
  ambiguous: 'Several things have this name',
  outside: 'It leads out of the project',
};

/** A confidence or a share, always with as many digits as the rules round to. */
export const toConfidence = (value: number): string => value.toFixed(2);

export const toSignedShare = (delta: number): string =>
  delta < 0 ? `−${toConfidence(-delta)}` : `+${toConfidence(delta)}`;
