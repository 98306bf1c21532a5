/** A point held in the middle. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="light-dark(#1c1c21, #ececee)" />
      <g fill="none" stroke="light-dark(#fff, #1c1c21)" strokeWidth="2.6" strokeLinecap="round">
        <path d="M10.5 8.5a12 12 0 0 0 0 15" />
        <path d="M21.5 8.5a12 12 0 0 1 0 15" />
      </g>
      <circle cx="16" cy="16" r="3.6" fill="light-dark(#7b9dff, #2f5bea)" />
    </svg>
  );
}
