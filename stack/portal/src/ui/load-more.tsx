import { Button } from './button.tsx';

interface LoadMoreProps {
  readonly shown: boolean;
  readonly busy: boolean;
  readonly onClick: () => void;
}

export function LoadMore({ shown, busy, onClick }: LoadMoreProps) {
  return shown ? (
    <div className="load-more">
      <Button size="sm" look="quiet" busy={busy} onClick={onClick}>
        Load more
      </Button>
    </div>
  ) : null;
}
