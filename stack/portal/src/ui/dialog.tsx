import { X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { PopupContainerProvider } from './popup-container.tsx';
import './dialog.css';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly wide?: boolean | undefined;
}

/** The platform's modal dialog: it keeps the focus in, gives it back, and closes on Esc. */
export function Dialog(props: DialogProps) {
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ onClose, title, description, children, actions, wide = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const [container, setContainer] = useState<HTMLElement | null>(null);
  const id = useId();
  useEffect(() => {
    const element = ref.current;
    if (element?.open === false) element.showModal();
    setContainer(element);
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={`${id}-title`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <PopupContainerProvider value={container}>
        <div className="dialog-body">
          <header>
            <h2 id={`${id}-title`}>{title}</h2>
            <IconButton icon={X} label="Close" size="sm" onClick={onClose} />
          </header>
          {description !== undefined && <div className="dialog-text">{description}</div>}
          {children !== undefined && <div className="dialog-content">{children}</div>}
          {actions !== undefined && <footer>{actions}</footer>}
        </div>
      </PopupContainerProvider>
    </dialog>
  );
}
