/** Dates as sources write them: the same moment on every machine, whatever its time zone. */

/** Undefined for what is no date. A time without a zone is UTC. */
export function parseMoment(text: string): string | undefined {
  const plain = text.trim();
  if (!/\d{4}/.test(plain)) return undefined;
  const time = Date.parse(
    hasZone.test(plain) || day.test(plain) ? plain : `${plain}${local.test(plain) ? 'Z' : ' UTC'}`,
  );
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

const day = /^\d{4}-\d{2}-\d{2}$/;
const local = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;
const hasZone = /(Z|GMT|UTC|[+-]\d{2}:?\d{2})$/;
