/** Puts text on the clipboard, also on pages that are not served over HTTPS. */
import { CallError } from '../sdk/caller.ts';

export async function copyText(text: string): Promise<void> {
  // Undefined where the page is neither local nor encrypted, whatever the types say.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  const isCopied = await (clipboard?.writeText(text) ?? Promise.reject(new Error('No clipboard'))).then(
    () => true,
    () => copyBySelection(text),
  );
  if (!isCopied)
    throw new CallError({ code: 'FORBIDDEN', message: 'The browser does not let this page copy' });
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  document.body.append(field);
  field.select();
  // The old command is the only one that works without a secure context.
  // oxlint-disable-next-line typescript/no-deprecated
  const isCopied = document.execCommand('copy');
  field.remove();
  return isCopied;
}
