import { isBuilt } from './bootstrap/build.mjs';
import { projectRoot } from './bootstrap/project.mjs';

/** End-to-end tests run what is in out/; they must not pass because of an older build. */
export function setup(): void {
  if (!isBuilt(projectRoot)) {
    throw new Error('The end-to-end tests need a fresh build: run npm run build, then repeat them.');
  }
}
