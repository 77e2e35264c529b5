import { figureFont, fontFallbacks } from './fonts';

/**
 * Turns the canvas' SVG into one that people can work with. Skia places every letter by itself, which drawing programs
 * then take apart into single letters, and names the weight of the font in its family; here a text is one run of
 * letters again, in a family that has fallbacks. The texts go into `<metadata>`, e.g. the ids of the runs.
 */
export function tidySvg(svg: string, title: string, texts: Readonly<Record<string, string>>): string {
  const head = `<title>${escapeXml(title)}</title><metadata>${metadataItems(texts)}</metadata>`;
  return svg
    .replaceAll(/<text[^>]*><\/text>/g, '')
    .replaceAll(/<text[^>]*>/g, tidyTextElement)
    .replace(/<svg[^>]*>/, (element) => withViewBox(element) + head);
}

function tidyTextElement(element: string): string {
  const weight = /font-family="[^"]*SemiBold/.test(element) ? ' font-weight="600"' : '';
  return element
    .replaceAll(/ (x|y)="([^",]*),[^"]*"/g, ' $1="$2"')
    .replace(/ font-weight="[^"]*"/, '')
    .replace(/ font-family="[^"]*"/, `${weight} font-family="${figureFont}, ${fontFallbacks}"`);
}

function withViewBox(element: string): string {
  const [width, height] = [/width="([\d.]+)"/, /height="([\d.]+)"/].map(
    (pattern) => pattern.exec(element)?.[1],
  );
  return element.replace('>', ` viewBox="0 0 ${width} ${height}" role="img">`);
}

function metadataItems(texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts)
    .map(([name, text]) => `<item name="${escapeXml(name)}">${escapeXml(text)}</item>`)
    .join('');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => entities[character]!);
