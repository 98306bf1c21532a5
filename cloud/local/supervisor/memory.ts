import { readFile, readdir } from 'node:fs/promises';

/**
 * The memory of processes and all their descendants, in bytes, as the kernel apportions it: a page shared by three
 * processes counts a third to each (PSS of proc_pid_smaps_rollup). Null where there is no such file.
 */
export async function memoryOf(roots: readonly number[]): Promise<Map<number, number> | null> {
  if (process.platform !== 'linux') return null;
  const children = new Map<number, number[]>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    if (text === null) continue;
    const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const totals = new Map<number, number>();
  for (const root of roots) {
    let total = 0;
    const queue = [root];
    for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
      total += await proportionalBytes(pid);
      queue.push(...(children.get(pid) ?? []));
    }
    totals.set(root, total);
  }
  return totals;
}

async function proportionalBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}
