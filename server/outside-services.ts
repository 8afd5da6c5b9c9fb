/** Azure DevOps and Ardoq behind the connections people keep: one client for each set of credentials, with its own pace. */
import { AppError } from '../shared/failure.ts';
import type { ConnectionKind } from '../shared/views/connection.ts';
import type { UsableConnections } from './features/connections/connection.ts';
import type { ConnectionDirectory } from './features/connections/connection-directory.ts';
import type { AskService } from './features/connections/verdicts.ts';
import {
  createArdoqClient,
  toArdoqHeaders,
  type ArdoqClient,
} from './features/sources/ardoq/ardoq-client.ts';
import type { FindArdoq } from './features/sources/ardoq/browse-routes.ts';
import { createTracker } from './features/work-items/azure-devops/azure-tracker.ts';
import type { BrowsedTarget } from './features/work-items/azure-devops/browse-routes.ts';
import { createOrganization, type Organization } from './features/work-items/azure-devops/organization.ts';
import type { FindTarget, OpenTarget, Tracker } from './features/work-items/tracker.ts';
import type { Logger } from './platform/logger.ts';
import { requireAllowedHost } from './platform/upstream/host-rules.ts';
import { openUpstreams } from './platform/upstream/open-upstreams.ts';
import {
  interactiveBudgetMs,
  UpstreamFailure,
  type HostRules,
  type Upstream,
} from './platform/upstream/upstream.ts';

/** CN7. */
const knownHosts = ['dev.azure.com', '*.visualstudio.com', 'app.ardoq.com'];
const azureDevOps = 'Azure DevOps';
const retiredAtMost = 20;

interface Options {
  readonly allowedHosts: readonly string[];
  readonly answerMs: number;
  readonly version: string;
  readonly log: Logger;
}

/** Client of one connection, as long as its credentials stay the same. */
interface Opened<C> {
  readonly used: UsableConnections[ConnectionKind];
  readonly upstream: Upstream;
  readonly client: C;
}

interface AzureClient {
  readonly tracker: Tracker;
  readonly organization: Organization;
}

export class OutsideServices implements AsyncDisposable {
  readonly askService: AskService;
  readonly #hosts: HostRules;
  readonly #open: ReturnType<typeof openUpstreams>;
  readonly #log: Logger;
  readonly #azure = new Map<string, Opened<AzureClient>>();
  readonly #ardoq = new Map<string, Opened<ArdoqClient>>();
  readonly #retired: Upstream[] = [];
  readonly #closing = new Set<Promise<void>>();

  constructor({ allowedHosts, answerMs, version, log }: Options) {
    this.#hosts = { known: knownHosts, allowed: allowedHosts };
    this.#open = openUpstreams({ hosts: this.#hosts, version, limits: { answerMs } });
    this.#log = log;
    this.askService = {
      'azure-devops': async (connection, { signal }) => {
        const { upstream, client } = this.#openAzure(connection);
        try {
          const projects = await client.organization.listProjects({
            signal,
            retryBudgetMs: interactiveBudgetMs,
          });
          const named = projects.map(({ id, name }) => ({ id, name }));
          return { passed: true, facts: { projects: named, projectCount: named.length } };
        } finally {
          this.#close(upstream);
        }
      },
      ardoq: async (connection, { signal }) => {
        const { upstream, client } = this.#openArdoq(connection);
        try {
          const { user, org } = await client.readMe({ signal, retryBudgetMs: interactiveBudgetMs });
          const facts = {
            ...(user == null ? {} : { user: withoutNulls(user) }),
            ...(org == null ? {} : { organization: withoutNulls(org) }),
          };
          return { passed: true, facts };
        } finally {
          this.#close(upstream);
        }
      },
    };
  }

  /** Throws `HOST_NOT_ALLOWED` (CN7). */
  readonly checkHost = (url: string): void => {
    try {
      requireAllowedHost(url, this.#hosts);
    } catch (failure) {
      if (failure instanceof UpstreamFailure) throw new AppError('HOST_NOT_ALLOWED', failure.message);
      throw failure;
    }
  };

  /** Other credentials: nobody is given the old client any more. A push that has it may finish with it. */
  readonly dropClients = (id: string): void => {
    for (const opened of [this.#azure, this.#ardoq]) {
      const one = opened.get(id);
      opened.delete(id);
      if (one !== undefined) this.#retire(one.upstream);
    }
  };

  createPorts(directory: ConnectionDirectory) {
    const findAzure = async (id: string | null) => {
      const usable = await directory.findUsable('azure-devops', id);
      return { usable, ...this.#reuse(this.#azure, usable, () => this.#openAzure(usable)).client };
    };
    const findTarget: FindTarget = async (id): Promise<OpenTarget> => {
      const { usable, tracker } = await findAzure(id);
      return { connectionId: usable.id, tracker, ...usable.settings };
    };
    const findOrganization = async (id: string | null): Promise<BrowsedTarget> => {
      const { usable, tracker, organization } = await findAzure(id);
      return { connectionId: usable.id, tracker, organization };
    };
    const findArdoq: FindArdoq = async (id) => {
      const usable = await directory.findUsable('ardoq', id);
      const { client } = this.#reuse(this.#ardoq, usable, () => this.#openArdoq(usable));
      return { connectionId: usable.id, client };
    };
    /** AZ19: of the credentials that were used last. */
    const markRejected = async (id: string, reason: string): Promise<void> => {
      const used = (this.#azure.get(id) ?? this.#ardoq.get(id))?.used;
      if (used !== undefined) await directory.markRejected(used, reason);
    };
    return { findTarget, findOrganization, findArdoq, markRejected };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of [...this.#azure.keys(), ...this.#ardoq.keys()]) this.dropClients(id);
    for (const upstream of this.#retired.splice(0)) this.#close(upstream);
    await Promise.all(this.#closing);
  }

  #reuse<C>(
    kept: Map<string, Opened<C>>,
    usable: UsableConnections[ConnectionKind],
    open: () => Opened<C>,
  ): Opened<C> {
    const before = kept.get(usable.id);
    if (before !== undefined && before.used.revision === usable.revision) return before;
    if (before !== undefined) this.#retire(before.upstream);
    const opened = open();
    kept.set(usable.id, opened);
    return opened;
  }

  #openAzure(used: UsableConnections['azure-devops']): Opened<AzureClient> {
    const headers = { Authorization: `Basic ${Buffer.from(`:${used.token}`).toString('base64')}` };
    const upstream = this.#open({ service: azureDevOps, host: used.apiHost, headers });
    const options = { upstream, organization: used.organization };
    return {
      used,
      upstream,
      client: { tracker: createTracker(options), organization: createOrganization(options) },
    };
  }

  #openArdoq(used: UsableConnections['ardoq']): Opened<ArdoqClient> {
    const upstream = this.#open({ service: 'Ardoq', host: used.apiHost, headers: toArdoqHeaders(used) });
    return { used, upstream, client: createArdoqClient({ upstream }) };
  }

  /** Its idle sockets close by themselves; it is closed when many have come after it, or with the server. */
  #retire(upstream: Upstream): void {
    this.#retired.push(upstream);
    for (const oldest of this.#retired.splice(0, this.#retired.length - retiredAtMost)) this.#close(oldest);
  }

  /** Calls that are on their way are finished. Never rejects. */
  #close(upstream: Upstream): void {
    const closing = Promise.resolve(upstream[Symbol.asyncDispose]()).catch((failure: unknown) => {
      this.#log.warn({ err: failure }, 'A client could not be closed');
    });
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}

const withoutNulls = (facts: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(facts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
