/** Which file systems never tell of a change, so that watching them natively would wait for ever (WT10). */
import { statfs } from 'node:fs/promises';

/** The name of the file system below `path` if changes made elsewhere raise no event here, else null. */
export async function findEventlessFileSystem(path: string): Promise<string | null> {
  try {
    return eventlessName((await statfs(path)).type);
  } catch {
    return null; // a missing folder is the business of whoever looks for it
  }
}

export function eventlessName(type: number): string | null {
  // Some systems report the magic number as a negative 32-bit one.
  return eventless[type >>> 0] ?? null;
}

/** Magic numbers of statfs(2). */
const eventless: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB2',
  0x01021997: '9p',
  0x786f4256: 'vboxsf',
  0x00c36400: 'Ceph',
  0x5346414f: 'AFS',
};
