import type { FigureTable } from './figure';

/** Comma-separated values (RFC 4180) in UTF-8, below comment lines `# name: text`. */
export function toCsv({ columns, rows }: FigureTable, comments: Readonly<Record<string, string>>): string {
  const head = Object.entries(comments).map(([name, text]) => `# ${name}: ${text.replaceAll(/\s+/g, ' ')}`);
  return [...head, ...[columns, ...rows].map((row) => row.map(field).join(','))].join('\n') + '\n';
}

function field(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
