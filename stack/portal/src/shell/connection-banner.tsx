import { CloudOff } from 'lucide-react';
import { useLiveState } from '../data/live.ts';

export function ConnectionBanner() {
  if (useLiveState() !== 'down') return null;
  return (
    <div className="banner" role="alert">
      <CloudOff className="icon" aria-hidden />
      The stack does not answer. Trying again; this page comes back by itself.
    </div>
  );
}
