import { Registry } from '../registry/registry';
import { writableHome } from '../studio/writable-home';

/** Opens the registry of the studio's home. Throws StudioError if the folder cannot be made or written. */
export async function openStudio(flag: string | undefined): Promise<Registry> {
  return Registry.open(writableHome(flag));
}
