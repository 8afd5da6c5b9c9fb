/** Whatever is only inferred of the service, the fake works under both readings. */
import { expect, test } from 'vitest';
import { openFakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { readings } from '../support/fake-upstream/readings.ts';
import { atRev, azure, create, marker, parent, read, title, update } from './caller.ts';

test.each(readings)(
  '[FK18] creating, changing and deleting do what they say, if %s',
  async (_name, switches) => {
    await using fake = await openFakeUpstream({ switches });
    await create(fake, 'Epic', [title('E')]);
    await create(fake, 'Feature', [title('F'), parent(fake, 1), marker('http://me/items/a/b/c')]);

    const { body: feature } = await read(fake, 2);
    await update(fake, 2, [atRev(feature.rev), title('F2')]);
    await azure(fake, 'POST', '/Fabrikam/_apis/wit/workitemsdelete', { ids: [1] });

    expect(fake.items().map(({ title: name, parent: above, isDeleted }) => [name, above, isDeleted])).toEqual(
      [
        ['E', null, true],
        ['F2', null, false],
      ],
    );
    expect(fake.countByMarker()).toEqual({ 'http://me/items/a/b/c': 1 });
  },
);
