/** Tokens, sessions and tickets over HTTP (GU4). */
import type { Context } from 'hono';
import {
  signOut,
  createTicket,
  createToken,
  listTokens,
  signIn,
  readIdentity,
  revokeToken,
} from '../../../shared/api/access.ts';
import { AppError } from '../../../shared/failure.ts';
import { toTimestamp } from '../../../shared/ids.ts';
import type { Identity } from '../../../shared/views/access.ts';
import type { Gate } from '../../http/gate.ts';
import type { HttpEnv } from '../../http/http-env.ts';
import { readBody } from '../../http/read-body.ts';
import { parseRequest, serveRead, serveWrite, type HttpKit } from '../../http/serve-route.ts';
import { toSetCookie } from '../../http/session-cookie.ts';
import type { Visitor } from '../../http/visitor.ts';
import { issueTicket } from './ticket-store.ts';
import type { TokenCommands } from './token-commands.ts';
import { listTokenRows, toAccessToken } from './token-store.ts';

interface AccessRoutesOptions {
  readonly gate: Gate;
  readonly commands: TokenCommands;
}

export function mountAccess(kit: HttpKit, { gate, commands }: AccessRoutesOptions): void {
  const isEnforced = gate.isLocked;
  serveRead(kit, listTokens, async (_input, { tx }) => ({
    tokens: (await listTokenRows(tx)).map(toAccessToken),
    isEnforced,
  }));
  serveWrite(kit, createToken, async ({ body }, asker) => ({
    // Nobody between us and whoever asked may keep a secret.
    headers: { 'Cache-Control': 'no-store' },
    value: { ...(await commands.create(body, asker)), isEnforced },
  }));
  serveWrite(kit, revokeToken, async ({ params }, asker) => ({
    value: await commands.revoke(params.id, asker),
  }));
  mountSession(kit, gate);
  kit.app.post(createTicket.path, async (c) => {
    const { ticket, expiresAt } = await issueTicket(kit.db, c.get('visitor').tokenId ?? 'local');
    return c.json({ ticket, expiresAt: toTimestamp(expiresAt) }, createTicket.status, noStore);
  });
}

/** By hand: a session is neither a snapshot nor a change of anything that is stored. */
function mountSession({ app, maxBodyBytes }: HttpKit, gate: Gate): void {
  app.get(readIdentity.path, (c) => c.json(toIdentity(c.get('visitor'), gate), 200, noStore));

  app.post(signIn.path, async (c) => {
    const { value } = await readBody(c, maxBodyBytes);
    const { token } = parseRequest(signIn, c, value).body;
    const visitor =
      token === undefined ? c.get('visitor') : gate.signIn(token, gate.readAddress(c.env.incoming));
    if (visitor.role === null) {
      throw new AppError('INVALID_TOKEN', 'This is not a token of this server, or it is revoked or over.');
    }
    const session = gate.signSession(visitor);
    if (session === undefined) return c.json(toIdentity(visitor, gate), 200, noStore);
    const { value: cookie, expiresAtMs } = session;
    c.header(
      'Set-Cookie',
      toSetCookie(cookie, { maxAgeS: (expiresAtMs - Date.now()) / 1000, isSecure: isSecure(c) }),
    );
    return c.json(toIdentity({ ...visitor, expiresAt: new Date(expiresAtMs) }, gate), 200, noStore);
  });

  app.delete(signOut.path, (c) => {
    c.header('Set-Cookie', toSetCookie('', { maxAgeS: 0, isSecure: isSecure(c) }));
    return c.body(null, signOut.status);
  });
}

const noStore = { 'Cache-Control': 'no-store' };

/** The browser says how its page was loaded, also through a proxy that ends TLS; the guard has checked that it is ours. */
const isSecure = (c: Context<HttpEnv>): boolean => c.req.header('origin')?.startsWith('https://') === true;

const toIdentity = ({ actor, role, expiresAt }: Visitor, gate: Gate): Identity => ({
  isRequired: gate.isLocked,
  role,
  name: actor.name,
  expiresAt: expiresAt && toTimestamp(expiresAt),
});
