import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';

/** The typeface of all figures. It comes along as a package: a machine without a desktop often has no font at all. */
export const figureFont = 'Inter';
/** What a viewer of the SVG takes if it lacks the typeface. */
export const fontFallbacks = "'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";

const weights = [400, 600] as const;
let registered = false;

/** Makes the typeface known to the canvas; call before drawing text. Only Latin letters are in it. */
export function registerFonts(): void {
  if (registered) return;
  const { resolve } = createRequire(import.meta.url);
  for (const weight of weights) {
    const path = resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`);
    if (GlobalFonts.registerFromPath(path, figureFont) === null) throw new Error(`${path} is not a font.`);
  }
  registered = true;
}
