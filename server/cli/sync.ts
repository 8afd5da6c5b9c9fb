/** `syncline sync`: starts a full sync and follows it to its end. */
import { resolve } from 'node:path';
import type { Command, Server } from './command.ts';
import { UsageError } from './command.ts';
import { followOperation } from './follow.ts';
import { readWords } from './options.ts';

export const sync: Command = {
  name: 'sync',
  usage: `syncline sync [DIR] [--project SLUG] [--force] [--allow-empty] [--json]

Indexes a project and follows the operation: DIR is registered if it is not yet; without one, the active project.
  --force        read every file again, changed or not
  --allow-empty  an emptied folder is meant: remove what was indexed of it
  --json         the operation's events, one a line`,
  async run(words, { withServer, terminal }) {
    const { values, positionals } = readWords(words, {
      project: { type: 'string' },
      force: { type: 'boolean', default: false },
      'allow-empty': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const [folder, extra] = positionals;
    if (extra !== undefined) throw new UsageError(`One folder at a time: ${extra}`);
    if (folder !== undefined && values.project !== undefined) {
      throw new UsageError('Name a folder or a project, not both');
    }
    return await withServer(async (server) => {
      const project = folder === undefined ? values.project : await requireProject(server, resolve(folder));
      const started = await server.call('triggerSync', {
        query: {},
        body: { project, force: values.force, allowEmpty: values['allow-empty'], trigger: 'cli' },
      });
      const id = started.value.operationId;
      return await followOperation({ server, terminal, id, isJson: values.json });
    });
  },
};

/** The project of a folder, registered when there is none. */
async function requireProject({ call }: Server, folder: string): Promise<string> {
  const projects = await call('listProjects', {});
  const known = projects.value.find((project) => project.sdlc_path === folder);
  if (known !== undefined) return known.slug;
  const name = folder.split('/').findLast((part) => part !== '') ?? 'project';
  const created = await call('createProject', { body: { name, sdlc_path: folder } });
  return created.value.slug;
}
