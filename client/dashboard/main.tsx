/** Where the browser begins. */
import { config } from 'zod';

// The content security policy forbids compiling schemas with eval, and every try is reported as a violation;
// schemas decide that when they are made, so everything that makes some is imported after this line.
config({ jitless: true });

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root');
const { start } = await import('./start.tsx');
start(root);
