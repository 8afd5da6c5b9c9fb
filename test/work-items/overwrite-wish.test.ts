/** What an overwrite may delete, decided before anything is asked of the target (PU32, PU36). */
import { expect, test } from 'vitest';
import { AppError } from '../../shared/failure.ts';
import { toOverwrite } from '../../server/features/work-items/push/overwrite-wish.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (failure) {
    return failure instanceof AppError ? failure.code : 'another failure';
  }
  return 'none';
};

test('without overwrite nothing is deleted', () => {
  expect(toOverwrite({}, 'Fabrikam')).toBeNull();
  expect(toOverwrite({ overwrite: false }, 'Fabrikam')).toBeNull();
});

test('[PU36] overwrite alone means owned items, into the recycle bin', () => {
  expect(toOverwrite({ overwrite: true }, 'Fabrikam')).toEqual({ scope: 'owned', destroy: false });
});

test.each([
  ['the whole project', { scope: 'project' }],
  ['the whole project with another name', { scope: 'project', confirm: 'fabrikam' }],
  ['for good', { destroy: true }],
  ['for good with an empty name', { destroy: true, confirm: '' }],
] as const)('[PU32] %s needs the exact name', (_name, wish) => {
  expect(codeOf(() => toOverwrite({ overwrite: true, ...wish }, 'Fabrikam'))).toBe('CONFIRMATION_REQUIRED');
});

test('[PU32] with the exact name it is taken at its word', () => {
  const wish = { overwrite: true, scope: 'project', destroy: true, confirm: 'Fabrikam' } as const;

  expect(toOverwrite(wish, 'Fabrikam')).toEqual({ scope: 'project', destroy: true });
});

test.each([{ scope: 'owned' }, { confirm: 'Fabrikam' }, { destroy: false }] as const)(
  '[PU10] %j without overwrite is refused',
  (wish) => {
    expect(codeOf(() => toOverwrite(wish, 'Fabrikam'))).toBe('INVALID_PARAMETER');
  },
);
