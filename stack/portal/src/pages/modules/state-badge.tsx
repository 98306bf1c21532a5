import { Badge } from '../../ui/badge.tsx';

type State = 'current' | 'updating' | 'attention';

const LOOKS = {
  current: { tone: 'ok', text: 'Up to date' },
  updating: { tone: 'live', text: 'Updating' },
  attention: { tone: 'bad', text: 'Needs attention' },
} as const;

/** Whether an account has the newest version of a module. */
export function StateBadge({ state }: { readonly state: State }) {
  const { tone, text } = LOOKS[state];
  return <Badge tone={tone}>{text}</Badge>;
}

/** How often to look again while a job is about to change what is shown. */
export const LOOK_AGAIN_MILLISECONDS = 1_500;
