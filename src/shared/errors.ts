/**
 * An error whose cause lies outside the program: bad input, a missing file, a full disk.
 * Says what happened, to which thing, and what to do next; the command line prints it and exits with code 2.
 */
export class StudioError extends Error {
  override readonly name = 'StudioError';

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** One sentence for a person, whatever was thrown. */
export function describeError(error: unknown): string {
  if (error instanceof StudioError) return error.message;
  const code = (error as { code?: string } | undefined)?.code;
  if (code === 'ENOSPC') {
    return 'The disk is full: free some space, then resume the run; finished work and the last checkpoint are kept.';
  }
  if (code === 'EACCES' || code === 'EROFS') {
    const path = (error as { path?: string }).path ?? 'the studio folder';
    return `No permission to write ${path}: choose another folder with --home or change its permissions.`;
  }
  return error instanceof Error ? error.message : String(error);
}
