/** How Postgres is set up for one person's machine: small, safe through a power cut, deaf to the network. */
import type { Access } from './access.ts';

const ofLaptop: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  max_connections: '40',
  max_wal_size: '512MB',
  wal_compression: 'on',
  fsync: 'on',
  synchronous_commit: 'on',
  autovacuum: 'on',
  jit: 'off',
  // One server, nobody to stream to: WAL need only bring this database back.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  log_checkpoints: 'off',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] ',
  lc_messages: 'C',
};

export function toServerArguments(
  { cluster, access, port }: { cluster: string; access: Access; port: number },
  settings: Readonly<Record<string, string>>,
): string[] {
  const reached =
    access.transport === 'tcp'
      ? { listen_addresses: access.host, unix_socket_directories: '' }
      : { listen_addresses: '', unix_socket_directories: quote(access.host) };
  const all = { ...ofLaptop, ...reached, port: String(port), ...settings };
  return ['-D', cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** The setting is a list: quoted, a comma or a blank in the folder's name stays part of it. */
function quote(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}
