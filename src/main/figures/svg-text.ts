import { fontFaces, svgFamilies, type FontWeight } from './fonts';
import { tidyPaths } from './svg-paths';

/**
 * Turns the canvas' SVG into one that people can work with. Skia places every letter by itself, which drawing programs
 * then take apart into single letters, and names the weight of the font in its family; here a text is one run of
 * letters again, in a typeface that comes along. Sizes are points, and the texts go into `<metadata>` as Dublin Core,
 * which drawing programs show.
 */
export function tidySvg(
  svg: string,
  { title, description, summary }: Readonly<Record<'title' | 'description' | 'summary', string>>,
  texts: Readonly<Record<string, string>>,
): string {
  const tidied = tidyPaths(numberAnew(svg))
    .replaceAll(/<text[^>]*><\/text>/g, '')
    .replaceAll(/<text[^>]*>/g, tidyTextElement);
  const used: FontWeight[] = tidied.includes('font-weight="600"') ? [400, 600] : [400];
  const faces = fontFaces([...tidied.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text).join(''), used);
  const head =
    `<title>${escapeXml(title)}</title><desc>${escapeXml(`${description}. ${summary}`)}</desc><metadata>${metadata(title, texts)}</metadata>` +
    `<style>${faces}</style>`;
  return tidied.replace(/<svg[^>]*>/, (element) => inPoints(element) + head);
}

/** Skia numbers what an SVG refers to through all of a process' files; from 1, so that equal figures are equal files. */
function numberAnew(svg: string): string {
  const numbers = new Map(
    [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id], index) => [id!, `part-${index + 1}`]),
  );
  return svg.replaceAll(
    /( id="|="url\(#|href="#)([^")]+)/g,
    (_, before: string, id: string) => before + (numbers.get(id) ?? id),
  );
}

function tidyTextElement(element: string): string {
  const weight = /font-family="[^"]*SemiBold/.test(element) ? ' font-weight="600"' : '';
  return element
    .replaceAll(/ (x|y)="([^",]*),[^"]*"/g, ' $1="$2"')
    .replace(/ font-weight="[^"]*"/, '')
    .replace(/ font-family="[^"]*"/, `${weight} font-family="${svgFamilies}"`);
}

function inPoints(element: string): string {
  const [width, height] = [/ width="([\d.]+)"/, / height="([\d.]+)"/].map(
    (pattern) => pattern.exec(element)?.[1],
  );
  return element
    .replace(/ width="[\d.]+"/, ` width="${width}pt"`)
    .replace(/ height="[\d.]+"/, ` height="${height}pt"`)
    .replace('>', ` viewBox="0 0 ${width} ${height}" role="img">`);
}

function metadata(title: string, texts: Readonly<Record<string, string>>): string {
  const items = Object.entries(texts).map(([name, text]) => `${name}: ${text}`);
  return (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">' +
    `<rdf:Description><dc:title>${escapeXml(title)}</dc:title>` +
    items.map((item) => `<dc:description>${escapeXml(item)}</dc:description>`).join('') +
    '</rdf:Description></rdf:RDF>'
  );
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => entities[character]!);
