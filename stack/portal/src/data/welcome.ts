const KEY = 'middle.welcome-later';

/** The first owner may look around first; the next sign-in link, or a new tab, asks again. */
export function putOffWelcome(): void {
  sessionStorage.setItem(KEY, 'yes');
}

export function isWelcomePutOff(): boolean {
  return sessionStorage.getItem(KEY) !== null;
}
