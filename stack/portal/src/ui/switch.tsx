import { Tooltip } from './tooltip.tsx';
import './switch.css';

interface SwitchProps {
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly label: string;
  readonly reason?: string | null | undefined;
  readonly large?: boolean | undefined;
  readonly busy?: boolean | undefined;
}

export function Switch({ on, onChange, label, reason, large = false, busy = false }: SwitchProps) {
  const off = (reason ?? null) !== null;
  const control = (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label={label}
      aria-disabled={off || undefined}
      className={large ? 'switch large' : 'switch'}
      onClick={() => {
        if (!off && !busy) onChange(!on);
      }}
    >
      <span />
    </button>
  );
  return off ? <Tooltip text={reason ?? ''}>{control}</Tooltip> : control;
}
