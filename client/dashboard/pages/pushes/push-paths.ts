/** The addresses of the pages of pushes. */
export const pushesPath = '/pushes';
export const toPushPath = (id: string): string => `${pushesPath}/${encodeURIComponent(id)}`;
