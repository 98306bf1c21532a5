/** Where an emission comes from. A newer one wins: by the start of its invocation, then by its place within it. */
export interface Origin {
  readonly startedAt: Date;
  readonly sequence: number;
}

/** Lines of one message: a place is its message's sequence times this, plus the line. */
export const LINES_PER_MESSAGE = 2 ** 20;

export function originSequence(messageSequence: number, line: number): number {
  return messageSequence * LINES_PER_MESSAGE + line;
}

/** Above zero when `a` is newer than `b`. */
export function compareOrigins(a: Origin, b: Origin): number {
  return a.startedAt.getTime() - b.startedAt.getTime() || a.sequence - b.sequence;
}

export interface Emission {
  readonly id: string;
  /** The canonical text; see record.ts. */
  readonly text: string;
  /** 16 bytes of SHA-256 over the text, in hexadecimal: a buffer for each record cost more than its digest. */
  readonly digest: string;
  readonly origin: Origin;
  readonly invocationId: string;
}

/** Two invocations of one millisecond may emit from the same place: then their content decides, the same way always. */
function isNewer(a: Emission, b: Emission): boolean {
  const order = compareOrigins(a.origin, b.origin);
  return order === 0 ? a.digest > b.digest : order > 0;
}

/** The newest emission of each id, and how many it has overtaken. */
export function newestOfEach(emissions: readonly Emission[]): {
  readonly newest: readonly Emission[];
  readonly overtaken: number;
} {
  const byId = new Map<string, Emission>();
  for (const emission of emissions) {
    const other = byId.get(emission.id);
    if (other === undefined || isNewer(emission, other)) byId.set(emission.id, emission);
  }
  return { newest: [...byId.values()], overtaken: emissions.length - byId.size };
}
