/** What a reader wants to hear, any of its topics and of those any of its types, and what of it they may. */
import { hasRole, type Role } from '../../shared/access.ts';
import { Topic } from '../../shared/events/define.ts';
import { AppError } from '../../shared/failure.ts';

export interface Interest {
  readonly topics: readonly string[];
  readonly types: readonly string[];
  /** Events of these topics are not for this reader, whatever else they are about. */
  readonly withheld?: readonly string[];
}

export const everything: Interest = { topics: ['all'], types: [] };

const TypePattern = /^(\*|[a-z]+:(\*|[a-z-]+))$/;

/** Throws a 422 that names the topic or type that is none. */
export function parseInterest(topics: readonly string[], types: readonly string[]): Interest {
  const details = [
    ...topics
      .filter((topic) => !Topic.safeParse(topic).success)
      .map((topic) => notA('topics', 'topic', topic)),
    ...types.filter((type) => !TypePattern.test(type)).map((type) => notA('types', 'event type', type)),
  ];
  if (details.length > 0) {
    const message = details.map((detail) => `${detail.path}: ${detail.reason}`).join('; ');
    throw new AppError('VALIDATION_ERROR', message, { details });
  }
  return { topics: topics.length === 0 ? ['all'] : topics, types };
}

/** What only admins may hear: asking for it is refused, and whoever asks for everything does not get it. */
const adminTopics: readonly string[] = ['audit'];

export function restrictInterest(interest: Interest, role: Role | null): Interest {
  if (role !== null && hasRole(role, 'admin')) return interest;
  const refused = interest.topics.find((topic) => adminTopics.includes(topic));
  if (refused !== undefined) throw new AppError('FORBIDDEN', `The topic "${refused}" needs the role admin.`);
  return { ...interest, withheld: adminTopics };
}

const notA = (parameter: string, what: string, given: string) => ({
  path: `query.${parameter}`,
  reason: `"${given.slice(0, 80)}" is not a ${what}`,
});

/** An event, or the journal's entry of one. */
type Heard = { readonly type: string; readonly topic: readonly string[] };

export function isOfInterest({ topics, types, withheld = [] }: Interest, event: Heard): boolean {
  if (withheld.some((topic) => event.topic.includes(topic))) return false;
  const isHeard = topics.includes('all') || topics.some((topic) => event.topic.includes(topic));
  return isHeard && (types.length === 0 || types.some((type) => matchesType(type, event.type)));
}

const matchesType = (pattern: string, type: string): boolean =>
  pattern === '*' || pattern === type || (pattern.endsWith(':*') && type.startsWith(pattern.slice(0, -1)));
