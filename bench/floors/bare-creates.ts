/** The least code that puts a tree into Azure DevOps: one create after another, parents first, nothing remembered. */

export interface BareItem {
  readonly id: string;
  readonly parentId: string | null;
  readonly type: string;
  readonly title: string;
}

export async function createBare(base: string, project: string, items: readonly BareItem[]): Promise<void> {
  const urls = new Map<string, string>();
  for (const { id, parentId, type, title } of items) {
    const parent = parentId === null ? undefined : urls.get(parentId);
    const patch = [
      { op: 'add', path: '/fields/System.Title', value: title },
      ...(parent === undefined
        ? []
        : [
            {
              op: 'add',
              path: '/relations/-',
              value: { rel: 'System.LinkTypes.Hierarchy-Reverse', url: parent, attributes: {} },
            },
          ]),
    ];
    const answer = await fetch(
      `${base}/${project}/_apis/wit/workitems/$${encodeURIComponent(type)}?api-version=7.1`,
      {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(':fake-pat').toString('base64')}`,
          'content-type': 'application/json-patch+json',
        },
        body: JSON.stringify(patch),
      },
    );
    const item = (await answer.json()) as { url?: string; message?: string };
    if (item.url === undefined)
      throw new Error(`A bare create was refused: ${item.message ?? answer.status}`);
    urls.set(id, item.url);
  }
}
