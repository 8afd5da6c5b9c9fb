/** Processes of the organisation, and the one a new project gets when nobody says (AZ12, BR1). */
import { AppError } from '../../../../shared/failure.ts';
import type { AdoProcess } from '../../../../shared/views/azure-devops.ts';
import type { CallOptions } from '../tracker.ts';
import { listProcesses } from './calls.ts';
import type { AzureClient } from './client.ts';
import { WireProcesses } from './wire-project.ts';
import { withoutNulls } from './without-nulls.ts';

export async function readProcesses(
  client: AzureClient,
  options?: CallOptions,
): Promise<readonly AdoProcess[]> {
  const { value } = await client.read(listProcesses(), WireProcesses, options);
  return value.map(({ typeId, name, description, isDefault, isEnabled }) => ({
    ...withoutNulls({ typeId, name, description }),
    isDefault: isDefault === true,
    isEnabled: isEnabled !== false,
  }));
}

/** Agile, else the organisation's own default. */
export function chooseProcess(processes: readonly AdoProcess[]): AdoProcess {
  const usable = processes.filter(({ isEnabled }) => isEnabled);
  const chosen =
    usable.find(({ name }) => name === 'Agile') ?? usable.find(({ isDefault }) => isDefault) ?? usable[0];
  if (chosen !== undefined) return chosen;
  throw new AppError(
    'UPSTREAM_REJECTED',
    'The organisation has no process that is enabled: enable one, or name one by its templateTypeId.',
  );
}
