import { formatBytes, formatCount } from './format.ts';

/** A number that is easy to compare down a column; zero steps back. */
export function Count({ value }: { readonly value: number }) {
  return <span className={value === 0 ? 'num faint' : 'num'}>{formatCount(value)}</span>;
}

export function Bytes({ value }: { readonly value: number }) {
  return <span className={value === 0 ? 'num faint' : 'num nowrap'}>{formatBytes(value)}</span>;
}
