/** Why an item was not reached, in the words of its row and its event (PU20, PU22, RC9). */
const reasons: Readonly<Record<string, string>> = {
  CANCELLED: 'cancelled',
  INTERRUPTED: 'interrupted',
};

export const toSkipReason = (code: string): string => reasons[code] ?? `the push ended early: ${code}`;
