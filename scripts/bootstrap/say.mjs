/** A failure to get ready whose message is all that a person needs: what happened and what to do next. */
export class BootstrapError extends Error {}

/** Notices go to stderr: stdout belongs to the command that follows. @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}
