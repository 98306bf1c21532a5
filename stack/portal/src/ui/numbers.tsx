import { formatBytes, formatCapped, formatCount } from './format.ts';

/** A number that is easy to compare down a column; zero steps back. */
export function Count({ value }: { readonly value: number }) {
  return <span className={value === 0 ? 'num faint' : 'num'}>{formatCount(value)}</span>;
}

export function Capped({ value }: { readonly value: { readonly count: number; readonly exact: boolean } }) {
  return <span className={value.count === 0 ? 'num faint' : 'num'}>{formatCapped(value)}</span>;
}

export function Bytes({ value }: { readonly value: number }) {
  return <span className={value === 0 ? 'num faint' : 'num nowrap'}>{formatBytes(value)}</span>;
}
