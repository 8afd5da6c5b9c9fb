/** `syncline token`: who may ask besides the owner of SYNCLINE_TOKEN (GU4). */
import type { z } from 'zod';
import { createToken } from '../../shared/api/access.ts';
import type { AccessToken } from '../../shared/views/access.ts';
import { exitCodes, UsageError, type Command, type Server, type Terminal } from './command.ts';
import { readOption, readWords, requireWord } from './options.ts';
import { toTable } from './table.ts';

const options = {
  role: { type: 'string' },
  days: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

export const token: Command = {
  name: 'token',
  usage: `syncline token create NAME --role viewer|operator|admin [--days N]
syncline token list [--json]
syncline token revoke ID|NAME

The secret of a new token is shown once. Needs SYNCLINE_TOKEN, on the server and here.`,
  async run(words, { terminal, withServer }) {
    const [action = '', ...rest] = words;
    const { values, positionals } = readWords(rest, options);
    switch (action) {
      case 'create': {
        const name = readOption(createToken.body.shape.name, 'NAME', requireWord(positionals, 0, 'NAME'));
        const role = readOption(createToken.body.shape.role, 'role', values.role);
        const days = readOption(createToken.body.shape.days, 'days', toNumber(values.days));
        await withServer((server) => create(server, terminal, { name, role, days }));
        return exitCodes.done;
      }
      case 'list':
        await withServer((server) => list(server, terminal, values.json));
        return exitCodes.done;
      case 'revoke': {
        const which = requireWord(positionals, 0, 'ID or NAME');
        await withServer((server) => revoke(server, terminal, which));
        return exitCodes.done;
      }
      default:
        throw new UsageError(`Not an action of token: ${action === '' ? '(none)' : action}`);
    }
  },
};

const toNumber = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

type Wish = z.output<typeof createToken.body>;

async function create({ call }: Server, terminal: Terminal, wish: Wish): Promise<void> {
  const { value } = await call('createToken', { body: wish });
  terminal.err(
    value.isEnforced
      ? `Token ${value.token.name} (${value.token.role}); its secret is not shown again:`
      : 'This server asks nobody for a token: it counts once SYNCLINE_TOKEN is set. Its secret is not shown again:',
  );
  terminal.out(value.secret);
}

async function list({ call }: Server, terminal: Terminal, asJson: boolean): Promise<void> {
  const { value } = await call('listTokens', {});
  if (asJson) return terminal.out(JSON.stringify(value.tokens, null, 2));
  if (!value.isEnforced) terminal.err('This server asks nobody for a token: SYNCLINE_TOKEN is not set.');
  const rows = value.tokens.map((token) => ({
    name: token.name,
    role: token.role,
    state: toState(token),
    'last used': token.lastUsedAt ?? 'never',
    id: token.id,
  }));
  for (const line of toTable(rows, terminal.columns)) terminal.out(line);
}

function toState({ revokedAt, expiresAt }: AccessToken): string {
  if (revokedAt !== null) return `revoked ${revokedAt}`;
  if (expiresAt === null) return 'living';
  return Date.parse(expiresAt) <= Date.now() ? `over ${expiresAt}` : `until ${expiresAt}`;
}

async function revoke({ call }: Server, terminal: Terminal, which: string): Promise<void> {
  const { tokens } = (await call('listTokens', {})).value;
  const id = tokens.find(({ name }) => name === which)?.id ?? which;
  const { value } = await call('revokeToken', { params: { id } });
  terminal.err(`Token ${value.name} is revoked; its sessions and streams end.`);
}
