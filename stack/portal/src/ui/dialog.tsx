import { X } from 'lucide-react';
import { useId, useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import './button.css';
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

const FIELDS = new Set(['text', 'email', 'password', 'number', 'url', 'search', 'datetime-local']);

function isField(target: EventTarget): boolean {
  return target instanceof HTMLInputElement && target.form === null && FIELDS.has(target.type);
}

function OpenDialog({ onClose, title, description, children, actions, wide = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const [container, setContainer] = useState<HTMLElement | null>(null);
  const id = useId();
  // Not after the element is gone: only a dialog that is closed while it is there gives the focus back.
  useLayoutEffect(() => {
    const element = ref.current;
    if (element?.open === false) {
      element.showModal();
      // Where a person goes on: the first field, else the dialog itself, and not its close button.
      (element.querySelector<HTMLElement>('input, select, textarea') ?? element).focus();
    }
    setContainer(element);
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      tabIndex={-1}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={`${id}-title`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && isField(event.target) && !event.nativeEvent.isComposing) {
          // As in a form: what its main button does.
          event.preventDefault();
          ref.current?.querySelector<HTMLElement>('footer .button:is(.solid, .danger)')?.click();
        }
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
            <button type="button" className="icon-button sm" aria-label="Close" onClick={onClose}>
              <X className="icon" aria-hidden />
            </button>
          </header>
          {description !== undefined && <div className="dialog-text">{description}</div>}
          {children !== undefined && <div className="dialog-content">{children}</div>}
          {actions !== undefined && <footer>{actions}</footer>}
        </div>
      </PopupContainerProvider>
    </dialog>
  );
}
