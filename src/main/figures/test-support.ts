import { inflateSync } from 'node:zlib';

/** The texts of a PDF as Skia writes it, in the order in which they are drawn, read by its fonts' own tables. */
export function readPdfTexts(pdf: Uint8Array): string[] {
  const objects = objectsOf(Buffer.from(pdf).toString('latin1'));
  const letters = new Map<string, Map<string, string>>();
  let page = '';
  for (const body of objects.values()) {
    for (const [, name, id] of body.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const table = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id!)!)?.[1];
      if (table) letters.set(name!, lettersOf(objects.get(table)!));
    }
    if (body.includes('\nBT\n')) page = body;
  }
  return page
    .split(/\bBT\n/)
    .slice(1)
    .map((part) => {
      let font = new Map<string, string>();
      let text = '';
      for (const [, name, codes = ''] of part
        .split('\nET')[0]!
        .matchAll(/\/(F\d+) \S+ Tf|<([\dA-F]+)> Tj/g)) {
        if (name) font = letters.get(name) ?? new Map();
        for (const code of codes.match(/.{4}/g) ?? []) text += font.get(code) ?? '\ufffd';
      }
      return text;
    });
}

/** Objects by number, their streams inflated. */
function objectsOf(pdf: string): Map<string, string> {
  return new Map(
    [...pdf.matchAll(/(\d+) 0 obj\n(.*?)\nendobj/gs)].map(([, id, body]) => {
      const [, head, stream] = /^(.*?>>) stream\n(.*)\nendstream$/s.exec(body!) ?? [];
      if (stream === undefined || !head!.includes('/FlateDecode')) return [id!, body!];
      return [id!, `${head}\n${inflateSync(Buffer.from(stream, 'latin1')).toString('latin1')}`];
    }),
  );
}

/** A font's `ToUnicode` table: glyph to letter. */
function lettersOf(table: string): Map<string, string> {
  const letter = (code: number) => String.fromCodePoint(code);
  const letters = new Map<string, string>();
  for (const [, section] of table.matchAll(/beginbfchar\n(.*?)endbfchar/gs)) {
    for (const [, glyph, code] of section!.matchAll(/<(\w+)> <(\w+)>/g))
      letters.set(glyph!, letter(parseInt(code!, 16)));
  }
  for (const [, section] of table.matchAll(/beginbfrange\n(.*?)endbfrange/gs)) {
    for (const range of section!.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      const [first, last, code] = range.slice(1).map((hex) => parseInt(hex, 16));
      for (let glyph = first!; glyph <= last!; glyph++) {
        letters.set(glyph.toString(16).toUpperCase().padStart(4, '0'), letter(code! + glyph - first!));
      }
    }
  }
  return letters;
}

/** The corners of the lines of one colour in an SVG, line by line, in points. */
export function readSvgLines(svg: string, colour: string): { x: number; y: number }[][] {
  const lines = svg.matchAll(
    new RegExp(
      `<path fill="none" stroke="${colour}"[^>]*?(?:translate\\(([\\d.]+) ([\\d.]+)\\)")? d="([^"]+)"`,
      'g',
    ),
  );
  return [...lines].map(([, left = '0', top = '0', path]) =>
    [...path!.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].map(([, x, y]) => ({
      x: Number(left) + Number(x),
      y: Number(top) + Number(y),
    })),
  );
}
