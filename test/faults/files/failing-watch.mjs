/** Loaded before a server: every `fs.watch` fails with the code in FAIL_WATCH until the file FAIL_WATCH_UNTIL exists. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { watch } = fs;

fs.watch = (...given) => {
  const { FAIL_WATCH: code, FAIL_WATCH_UNTIL: until } = process.env;
  if (code === undefined || fs.existsSync(until)) return watch(...given);
  throw Object.assign(new Error(`${code}: no watch left`), { code, syscall: 'watch' });
};
syncBuiltinESMExports();
