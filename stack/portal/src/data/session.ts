/** The shell registers what to do when the API says that nobody is signed in any more. */
let onEnd: () => void = () => undefined;

export function whenSessionEnds(run: () => void): void {
  onEnd = run;
}

export function sessionEnded(): void {
  onEnd();
}
