import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';

export type Victim = 'worker' | 'api' | 'postgres' | 'function';

/** What the supervisor says of its parts, over the control socket in the data folder. */
async function partPids(controlSocket: string): Promise<ReadonlyMap<string, number>> {
  const text = await new Promise<string>((resolve, reject) => {
    const call = request({ socketPath: controlSocket, path: '/status' }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve(body));
    });
    call.on('error', reject);
    call.end();
  });
  const status: { parts: readonly { name: string; pid: number | null; state: string }[] } = JSON.parse(text);
  return new Map(
    status.parts.flatMap(({ name, pid, state }): [string, number][] =>
      pid === null || state !== 'ready' ? [] : [[name, pid]],
    ),
  );
}

/** Whether every part is up: only then a kill hits something that works. */
export async function isWhole(controlSocket: string): Promise<boolean> {
  const pids = await partPids(controlSocket);
  return ['worker', 'api', 'postgres'].every((name) => pids.has(name));
}

/** Kills one process for good, without a word. False when there is none of its kind at the moment. */
export async function kill(controlSocket: string, victim: Victim): Promise<boolean> {
  const pids = await partPids(controlSocket);
  const pid = pids.get(victim === 'function' ? 'worker' : victim);
  if (pid === undefined) return false;
  // Which of the pool runs user code can't be seen from outside: all of them go.
  return (victim === 'function' ? functionPids(pid) : [pid]).filter(killed).length > 0;
}

function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** The processes below the worker: those that run user code, and those that wait for some. */
function functionPids(worker: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      // The fourth field of stat, after the command in parentheses, is the parent.
      const parent = Number(
        readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1],
      );
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended since the listing.
    }
  }
  const below = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(worker);
}
