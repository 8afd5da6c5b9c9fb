/** What a person sees in a real browser while files change under it; nothing is ever reloaded. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../support/find-chromium.mjs';
import { createTree, type TestTree } from '../support/tree.ts';
import { createDataDir, removeDataDir, startProgram, type Program } from './program.ts';

let tree: TestTree;
let dataDir: string;
let program: Program;
let browser: Browser;
let page: Page;
const faults: string[] = [];

const story = (number: number, text = 'first') =>
  `# US${String(number).padStart(4, '0')}: Story ${number}\n\n> **Status:** Draft\n> **Owner:** Ada\n\n${text}\n`;

const nameOf = (number: number) => `stories/US${String(number).padStart(4, '0')}-story.md`;

beforeAll(async () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [nameOf(index + 1), story(index + 1)]),
  );
  tree = await createTree(files);
  tree.git('init', '--quiet', '--initial-branch=main');
  tree.git('add', '.');
  tree.git('commit', '--quiet', '-m', 'Forty stories');
  dataDir = await createDataDir();
  program = await startProgram(dataDir, [tree.root]);
  browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
  await removeDataDir(dataDir);
  await tree?.[Symbol.asyncDispose]();
});

const row = (path: string) => page.getByTestId(`document-${path}`);
const documents = () => page.goto(`${program.url}/projects/${program.slug}/documents?sort=doc_id&order=asc`);

test('[PG1] the first sync fills the page', async () => {
  await page.goto(`${program.url}/projects/${program.slug}`);

  await page.getByText('Synced', { exact: true }).first().waitFor();
  await documents();

  await row(nameOf(1)).waitFor();
});

test('a file that is added, renamed and deleted is followed in the list', async () => {
  await documents();
  await row(nameOf(1)).waitFor();

  await writeFile(join(tree.root, 'stories/AA-note.md'), '# A note\n');
  await row('stories/AA-note.md').waitFor();
  await rename(join(tree.root, 'stories/AA-note.md'), join(tree.root, 'stories/AB-note.md'));
  await row('stories/AB-note.md').waitFor();
  await row('stories/AA-note.md').waitFor({ state: 'detached' });
  await rm(join(tree.root, 'stories/AB-note.md'));
  await row('stories/AB-note.md').waitFor({ state: 'detached' });
});

test('[F6] git checkout of another commit is followed in the list', async () => {
  tree.git('checkout', '--quiet', '-b', 'other');
  tree.git('mv', nameOf(2), 'stories/US0002-renamed.md');
  tree.git('commit', '--quiet', '-m', 'Rename a story');
  await documents();
  await row('stories/US0002-renamed.md').waitFor();

  tree.git('checkout', '--quiet', 'main');

  await row(nameOf(2)).waitFor();
  await row('stories/US0002-renamed.md').waitFor({ state: 'detached' });
});

test('[B11] the open document changes with every save', async () => {
  const file = join(tree.root, nameOf(3));
  await page.goto(`${program.url}/projects/${program.slug}/documents/story/US0003-story`);
  await page.getByTestId('document-body').waitFor();
  const times: number[] = [];

  for (let save = 1; save <= 30; save += 1) {
    const seen = page.evaluate(
      (text) =>
        new Promise<number>((resolve) => {
          const look = () => {
            if (document.querySelector('[data-testid=document-body]')?.textContent?.includes(text) !== true)
              return;
            observer.disconnect();
            resolve(Date.now());
          };
          const observer = new MutationObserver(look);
          observer.observe(document.body, { subtree: true, childList: true, characterData: true });
          look();
        }),
      `saved for the ${save}. time`,
    );
    await writeFile(file, story(3, `saved for the ${save}. time`));
    const writtenMs = Date.now();
    times.push((await seen) - writtenMs);
  }

  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)];
  process.stdout.write(`save-to-page p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms\n`);
  expect(times).toHaveLength(30);
});

test('[F1] a page whose server is killed comes back by itself, with what changed meanwhile', async () => {
  const port = new URL(program.url).port;
  await documents();
  await row(nameOf(4)).waitFor();

  await program.kill();
  await rm(join(tree.root, nameOf(4)));
  const startedMs = performance.now();
  program = await startProgram(dataDir, [tree.root], { SYNCLINE_PORT: port });
  const readyMs = performance.now() - startedMs;

  await row(nameOf(4)).waitFor({ state: 'detached' });
  process.stdout.write(`ready ${Math.round(readyMs)} ms after a kill\n`);
  expect(readyMs).toBeLessThan(3000);
});

test.each(['/', '/operations', '/settings'])('%s fits a narrow screen and logs no error', async (address) => {
  await page.setViewportSize({ width: 360, height: 740 });
  faults.length = 0;

  await page.goto(program.url + address);
  await page.locator('body[data-ready=true]').waitFor();

  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(faults).toEqual([]);
});
