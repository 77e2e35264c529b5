import { Registry } from '../registry/registry';
import { writableHome } from '../studio/writable-home';
import { useCudaOf } from '../tensor/native/cuda';
import { cudaFolder } from '../trainer/home';

/** Opens the registry of the studio's home. Throws StudioError if the folder cannot be made or written. */
export async function openStudio(flag: string | undefined): Promise<Registry> {
  const home = writableHome(flag);
  useCudaOf(cudaFolder(home));
  return Registry.open(home);
}
