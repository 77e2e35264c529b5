import { version } from '../../package.json';

/** Version of the studio that writes a file, for provenance. */
export const studioVersion: string = version;
