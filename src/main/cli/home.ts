import { Registry } from '../registry/registry';
import { writableHome } from '../studio/writable-home';
import { useCudaOf } from '../tensor/native/cuda';
import { cudaFolder } from '../trainer/home';

/** The studio's home, whose CUDA is used from now on. Throws StudioError if the folder cannot be made or written. */
export function openHome(flag: string | undefined): string {
  const home = writableHome(flag);
  useCudaOf(cudaFolder(home));
  return home;
}

/** Opens the registry of the studio's home. Throws StudioError if the folder cannot be made or written. */
export async function openStudio(flag: string | undefined): Promise<Registry> {
  return Registry.open(openHome(flag));
}
