/** Where an emission comes from. A newer one wins: by the start of its invocation, then by its place within it. */
export interface Origin {
  readonly invocationId: string;
  readonly startedAt: Date;
  readonly sequence: number;
}

/** Lines of one message: a place is its message's sequence times this, plus the line. */
export const LINES_PER_MESSAGE = 2 ** 20;

export function originSequence(messageSequence: number, line: number): number {
  return messageSequence * LINES_PER_MESSAGE + line;
}

/** Above zero when `a` is newer than `b`. Two invocations of one millisecond are told apart by their ids. */
export function compareOrigins(a: Origin, b: Origin): number {
  const byStart = a.startedAt.getTime() - b.startedAt.getTime();
  if (byStart !== 0) return byStart;
  if (a.invocationId !== b.invocationId) return a.invocationId < b.invocationId ? -1 : 1;
  return a.sequence - b.sequence;
}

export interface Emission {
  readonly id: string;
  /** The canonical text; see record.ts. */
  readonly text: string;
  /** 16 bytes of SHA-256 over the text. */
  readonly digest: Uint8Array;
  readonly origin: Origin;
}

/** The newest emission of each id, and how many it has overtaken. */
export function newestOfEach<E extends { readonly id: string; readonly origin: Origin }>(
  emissions: readonly E[],
): { readonly newest: readonly E[]; readonly overtaken: number } {
  const byId = new Map<string, E>();
  for (const emission of emissions) {
    const other = byId.get(emission.id);
    if (other === undefined || compareOrigins(emission.origin, other.origin) > 0)
      byId.set(emission.id, emission);
  }
  return { newest: [...byId.values()], overtaken: emissions.length - byId.size };
}
