/** How secrets look that are known by their own shape: a prefix and a long run of characters. */

/** A stretch of text, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Tokens of this many characters or more; the search for runs skips that far (see `findRuns`). */
export const shortestRun = 16;

/** Found anywhere in a run: no word holds these. */
const DISTINCT = [
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}',
  'gh[pousr]_[A-Za-z0-9]{16,}',
  'github_pat_[A-Za-z0-9_]{16,}',
  'gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[A-Za-z0-9_-]{16,}',
  'sk-(?:ant|proj|svcacct|admin|or|lf)-[A-Za-z0-9_-]{12,}',
  '[sr]k_(?:live|test)_[A-Za-z0-9]{10,}',
  'whsec_[A-Za-z0-9]{16,}',
  'xox[abeoprs]-[A-Za-z0-9-]{10,}',
  'xapp-[0-9]-[A-Za-z0-9-]{10,}',
  'AIza[A-Za-z0-9_-]{35}',
  'GOCSPX-[A-Za-z0-9_-]{16,}',
  'npm_[A-Za-z0-9]{30,}',
  'pypi-[A-Za-z0-9_-]{16,}',
  'hf_[A-Za-z0-9]{30,}',
  'do[opr]_v1_[a-f0-9]{32,}',
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}',
  'dapi[a-f0-9]{32}',
  'lin_api_[A-Za-z0-9]{16,}',
  'ntn_[A-Za-z0-9]{30,}',
  'PMAK-[a-f0-9]{24}',
  'pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_-]{16,}',
  'sbp_[a-f0-9]{40}',
  'sntry[su]_[A-Za-z0-9_-]{16,}',
  'dckr_(?:pat|oat)_[A-Za-z0-9_-]{16,}',
  'rubygems_[a-f0-9]{48}',
  'pul-[a-f0-9]{40}',
  'gl(?:sa|c)_[A-Za-z0-9_-]{20,}',
  'NRAK-[A-Z0-9]{27}',
  'gsk_[A-Za-z0-9]{30,}',
  'xai-[A-Za-z0-9]{30,}',
  'r8_[A-Za-z0-9]{30,}',
  'pplx-[A-Za-z0-9]{30,}',
  'figd_[A-Za-z0-9_-]{30,}',
  'ATATT3[A-Za-z0-9_-]{30,}',
  'nfp_[A-Za-z0-9]{30,}',
  'AGE-SECRET-KEY-1[A-Z0-9]{40,}',
  'eyJ[A-Za-z0-9_-]{17,}',
  'AZDO[A-Za-z0-9]{4}$',
];

/** Found only where a word begins: `task-…` holds `sk-`. */
const AT_A_START = [
  'sk-[A-Za-z0-9]{20,}',
  'key-[a-f0-9]{32}',
  'tskey-[A-Za-z0-9-]{16,}',
  'fo1_[A-Za-z0-9_-]{30,}',
];

/** A secret within one run of `[A-Za-z0-9_-]`. */
export const runShape = new RegExp(`${DISTINCT.join('|')}|(?<![A-Za-z0-9_])(?:${AT_A_START.join('|')})`);

/**
 * How a secret begins whose prefix holds other characters than a run; it ends where the run begins. Before it a word
 * ends, or an escaped line end stands.
 */
export const runPrefix =
  /(?:(?<![A-Za-z0-9])|(?<=\\[nrtbf]))(?:ya29\.|SG\.|hv[sbr]\.|dp\.(?:pt|st|ct|sa)\.|1\/\/0?)$/;

/** What is said before a secret that may look like anything. */
export const runIntroduction = /bearer\s{1,4}$/i;

/** Addresses whose path is the secret. */
export const secretAddresses = [
  'hooks.slack.com/services/',
  'hooks.slack.com/workflows/',
  'discord.com/api/webhooks/',
  'discordapp.com/api/webhooks/',
];

/** Names of what is secret by its name: as keys, variables, headers, parameters and options. */
const SECRET_NAME =
  /(?:passw(?:or)?d|passphrase|passwort|pwd|secret|secretkey|secretkeybase|token|apikey|accesskey|accountkey|sharedaccesskey|privatekey|signingkey|encryptionkey|masterkey|authkey|credentials?|authorization|signature|cookie)$|^(?:sig|pgpass|auth)$/;

const PASSWORD_NAME = /(?:passw(?:or)?d|passphrase|passwort|pwd)$/;

export function isSecretName(name: string): boolean {
  return name.length <= 64 && SECRET_NAME.test(toPlainName(name));
}

/** Passwords may be words, and several. */
export function isPasswordName(name: string): boolean {
  return PASSWORD_NAME.test(toPlainName(name));
}

function toPlainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
