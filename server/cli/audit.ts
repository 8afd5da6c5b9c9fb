/** `syncline audit verify`: whether a row of the audit log was changed, added or taken away (GU12). */
import { exitCodes, UsageError, type Command } from './command.ts';
import { readWords } from './options.ts';

const options = { json: { type: 'boolean', default: false }, db: { type: 'string' } } as const;

export const audit: Command = {
  name: 'audit',
  usage: `syncline audit verify [--json] [--db URL|DIR]

Ends with 0 when the chain holds and with 3 when it does not.`,
  async run(words, { terminal, withServer }) {
    const [action = '', ...rest] = words;
    if (action !== 'verify')
      throw new UsageError(`Not an action of audit: ${action === '' ? '(none)' : action}`);
    const { values } = readWords(rest, options);
    return await withServer(async ({ call }) => {
      const { value } = await call('verifyAuditLogs', {});
      const { intact, rows, last_seq, fault } = value.data;
      if (values.json) terminal.out(JSON.stringify(value.data, null, 2));
      else if (fault === undefined)
        terminal.out(`The audit log is intact: ${rows} rows, the last is ${last_seq}`);
      else terminal.out(`The audit log is not intact: ${fault.reason}`);
      return intact ? exitCodes.done : exitCodes.found;
    }, values.db);
  },
};
