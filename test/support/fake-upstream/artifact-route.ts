/** Who carries an address: found, found late, or never, as the switches say (AZ10, FK9). */
import { badArgument } from './azure-error.ts';
import { findItem, ok, organizationUrl, type AzureContext } from './azure-context.ts';
import type { Reply } from './call.ts';

export function postArtifactQuery(context: AzureContext): Reply {
  const { artifactUris } = context.json as { readonly artifactUris?: readonly string[] };
  if (artifactUris === undefined || artifactUris.length === 0)
    throw badArgument('The list of artifact URIs is empty.');
  return ok({
    artifactUrisQueryResult: Object.fromEntries(artifactUris.map((uri) => [uri, findCarriers(context, uri)])),
  });
}

function findCarriers(context: AzureContext, uri: string): { id: number; url: string }[] {
  const { items, switches, nowMs } = context.world;
  if (switches.artifactQuery === 'blind') return [];
  const visibleFrom = nowMs() - switches.linkVisibleAfterMs;
  return [...items.withUrl(uri)]
    .filter(([id, atMs]) => atMs <= visibleFrom && findItem(context, id) !== undefined)
    .map(([id]) => ({ id, url: `${organizationUrl(context)}/_apis/wit/workItems/${id}` }))
    .sort((a, b) => a.id - b.id);
}
