/** The event that every fan-out benchmark sends: 300 bytes of JSON that carry the moment at which they were due. */

export const eventBytes = 300;

/** Microseconds of the clock that all processes of the machine share. */
export const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

/** Found again by the readers in whatever a transport makes of it. */
export const stampNeedle = '"slug":"t';
export const stampDigits = 16;

/** Long enough for the whole event to be of the size. */
const padding = 'x'.repeat(86);

export const toSlug = (stampUs: number): string => `t${String(stampUs).padStart(stampDigits, '0')}${padding}`;

/** As the journal would tell it, for those who have no journal. */
export const toEvent = (seq: number, stampUs: number) => ({
  id: `abcdefghijkl-${seq}`,
  seq,
  type: 'project:removed',
  at: '2026-01-01T00:00:00.000Z',
  projectId: null,
  operationId: null,
  topic: ['project:atlas'],
  data: { slug: toSlug(stampUs) },
});

export const toFrameText = (seq: number, stampUs: number): string =>
  `id: abcdefghijkl-${seq}\nevent: project:removed\ndata: ${JSON.stringify(toEvent(seq, stampUs))}\n\n`;
