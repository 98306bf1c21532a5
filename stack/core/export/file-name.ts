import type { ExportStep } from '../workflow/definition.ts';

/** What file systems and mail programs take, with room for the endings. */
const NAME_MAX = 120;
const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/jsonl; charset=utf-8' } as const;

/** How a file is called for those who download it, and what is in it. What a file system would not take is left out. */
export function fileOf(
  wanted: string,
  format: ExportStep['format'],
  compression: ExportStep['compression'],
): { readonly name: string; readonly contentType: string } {
  const clean = wanted
    .normalize('NFC')
    .replaceAll(/[\p{C}/\\:*?"<>|]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\s.]+/, '');
  const stem = Array.from(clean)
    .slice(0, NAME_MAX)
    .join('')
    .replace(/[\s.]+$/, '');
  const isPacked = compression === 'gzip';
  return {
    name: `${stem === '' ? 'export' : stem}.${format}${isPacked ? '.gz' : ''}`,
    contentType: isPacked ? 'application/gzip' : TYPES[format],
  };
}
