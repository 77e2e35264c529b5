const types: Readonly<Record<string, string>> = { png: 'image/png', svg: 'image/svg+xml' };

/** The media type of a file that a page can show; undefined for any other. */
export const pictureType = (path: string): string | undefined => types[path.split('.').at(-1) ?? ''];
