/** The built dashboard: files as they are, and its one page for every address that is not a file. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Hono } from 'hono';
import type { HttpEnv } from './http-env.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** `folder` is where the build put the pages. Addresses below `/api` are left to others. */
export function mountPages(app: Hono<HttpEnv>, folder: string): void {
  app.get('*', async (c, next) => {
    const { path } = c.req;
    if (path === '/api' || path.startsWith('/api/') || path.startsWith('/socket.io')) return await next();
    const file = toFile(folder, path);
    const found = file === null ? null : await read(file);
    if (found !== null && file !== null) {
      // Vite names assets by their content, so they never change under one name.
      const isNamedByContent = path.startsWith('/assets/');
      c.header('Cache-Control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
      return c.body(found, 200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' });
    }
    if (extname(path) !== '' && path.startsWith('/assets/')) return await next();
    const page = await read(join(folder, 'index.html'));
    if (page === null) return await next();
    return c.body(page, 200, { 'Content-Type': types['.html'] ?? '', 'Cache-Control': 'no-cache' });
  });
}

function toFile(folder: string, path: string): string | null {
  const file = normalize(join(folder, decode(path)));
  return file.startsWith(folder + sep) && extname(file) !== '' ? file : null;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

async function read(file: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await readFile(file));
  } catch {
    // Not a file of the build: the caller answers with the page, or with 404.
    return null;
  }
}
