import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';

/** The typeface of all figures. It comes along as a package: a machine without a desktop often has no font at all. */
const typeface = 'Inter';
/** What a program takes that knows neither the typeface nor the copy in an SVG. */
const fallbacks = "'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";

/** Each alphabet is a font file of its own. */
const alphabets = {
  latin: { letters: /./, range: 'U+0-10FFFF' },
  'latin-ext': { letters: /[\u0100-\u024f]/, range: 'U+0100-024F' },
  greek: { letters: /[\u0370-\u03ff]/, range: 'U+0370-03FF' },
  cyrillic: { letters: /[\u0400-\u045f]/, range: 'U+0400-045F' },
} as const;
type Alphabet = keyof typeof alphabets;
const alphabetNames = Object.keys(alphabets) as Alphabet[];
export type FontWeight = 400 | 600;
const weights: readonly FontWeight[] = [400, 600];

/** The canvas knows one file a family and weight. */
const familyOf = (alphabet: Alphabet): string =>
  alphabet === 'latin' ? typeface : `${typeface} ${alphabet}`;

/** For `context.font` and Chart.js. */
export const canvasFamilies = alphabetNames.map((alphabet) => `"${familyOf(alphabet)}"`).join(', ');
/** For the SVG's texts. */
export const svgFamilies = `${typeface}, ${fallbacks}`;

const { resolve } = createRequire(import.meta.url);
const fontFile = (alphabet: Alphabet, weight: FontWeight): string =>
  resolve(`@fontsource/inter/files/inter-${alphabet}-${weight}-normal.woff2`);

let registered = false;

/** Makes the typeface known to the canvas; call before drawing text. */
export function registerFonts(): void {
  if (registered) return;
  for (const alphabet of alphabetNames) {
    for (const weight of weights) {
      const path = fontFile(alphabet, weight);
      if (GlobalFonts.registerFromPath(path, familyOf(alphabet)) === null)
        throw new Error(`${path} is not a font.`);
    }
  }
  registered = true;
}

/** CSS that brings the typeface along, as far as a text of these weights needs it. */
export function fontFaces(text: string, used: readonly FontWeight[]): string {
  const needed = alphabetNames.filter((alphabet) => alphabets[alphabet].letters.test(text));
  return needed.flatMap((alphabet) => used.map((weight) => fontFace(alphabet, weight))).join('');
}

function fontFace(alphabet: Alphabet, weight: FontWeight): string {
  const bytes = readFileSync(fontFile(alphabet, weight)).toString('base64');
  return (
    `@font-face{font-family:${typeface};font-weight:${weight};unicode-range:${alphabets[alphabet].range};` +
    `src:url(data:font/woff2;base64,${bytes}) format("woff2")}`
  );
}

/** e.g. `600 8px "Inter", …`, in points like everything in a figure. */
export const font = (size: number, weight: FontWeight = 400): string =>
  `${weight} ${size}px ${canvasFamilies}`;
