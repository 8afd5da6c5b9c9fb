/** nginx with nchan: events are posted to it over kept connections, as its guide shows it; where it is installed. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toEvent } from '../fanout-event.ts';
import { serveSpeaker } from '../fanout-speaker.ts';

const nginx = '/usr/sbin/nginx';
const modulePath = '/usr/lib/nginx/modules/ngx_nchan_module.so';
export const isNchanInstalled = (): boolean => existsSync(nginx) && existsSync(modulePath);

const toConfig = (port: number, folder: string) => `
load_module ${modulePath};
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
worker_rlimit_nofile 20000;
events { worker_connections 12000; }
http {
  access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  server {
    listen 127.0.0.1:${port} backlog=4096; keepalive_requests 100000000;
    location = /publish { nchan_publisher; nchan_channel_id all; nchan_message_buffer_length 20000; }
    location = /events { nchan_subscriber eventsource; nchan_channel_id all; nchan_subscriber_first_message newest; }
  }
}`;

async function findPort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function start(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-nchan-'));
  const port = await findPort();
  await writeFile(`${folder}/nginx.conf`, toConfig(port, folder));
  const child = spawn(nginx, ['-c', `${folder}/nginx.conf`, '-p', folder], { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  let seq = 0;

  const post = (stampUs: number) =>
    new Promise<void>((resolve) => {
      const event = toEvent((seq += 1), stampUs);
      const headers = { 'X-EventSource-Event': event.type, 'Content-Type': 'application/json' };
      const posted = request({ host: '127.0.0.1', port, path: '/publish', method: 'POST', agent, headers });
      posted.on('response', (response) => response.resume().on('end', resolve));
      posted.on('error', () => resolve());
      posted.end(JSON.stringify(event));
    });

  await sleep(500);
  await post(0);
  serveSpeaker({
    url: `http://127.0.0.1:${port}`,
    publish: (stamps) => Promise.all(stamps.map(post)),
    async end() {
      child.kill('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  });
}

if (process.send !== undefined && process.argv[1]?.includes('nchan') === true) await start();
