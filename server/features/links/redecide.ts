/** Makes one stored link agree with what people decide about it, at once (AU1, AU6). */
import type { Transaction } from '../../db/open.ts';
import { toLinkId, toParts, type LinkKey } from './link.ts';
import { findStoredLink, saveLinks, type LinkRow } from './link-store.ts';
import { decide, toDecidedDigest, toGivenMetadata, type Decision } from './model/decision.ts';
import { entityExists } from './entities.ts';

export interface Redecided {
  readonly before: LinkRow | null;
  readonly after: LinkRow | null;
}

/** `choose` is told what a person made of the link already; null takes every decision back. */
export async function redecide(
  tx: Transaction,
  projectId: string,
  key: LinkKey,
  choose: (made: Decision['manual']) => Decision | null,
): Promise<Redecided> {
  const id = toLinkId(projectId, key);
  const { row, auto } = await findStoredLink(tx, id, key);
  const wanted = choose(row?.body.origin === 'manual' ? toMade(row) : null);
  let endsExist = true;
  for (const entity of [key.source, key.target]) {
    endsExist &&= await entityExists(tx, projectId, toParts(entity));
  }
  const body = decide(auto?.auto ?? null, wanted, endsExist);
  const digest = toDecidedDigest(auto?.autoDigest ?? null, wanted, endsExist);
  const after = body === null ? null : { ...key, id, body, digest };
  await saveLinks(tx, projectId, {
    written: after === null ? [] : [after],
    removed: after === null && row !== null ? [id] : [],
    decided: wanted !== null && auto !== null ? [{ id, ...auto }] : [],
    undecided: wanted === null || auto === null ? [id] : [],
  });
  return { before: row, after };
}

const toMade = ({ body }: LinkRow): Decision['manual'] => ({
  confidence: body.confidence,
  metadata: toGivenMetadata(body.metadata),
});
