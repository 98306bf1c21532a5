import { Search } from 'lucide-react';
import { useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useApi } from '../data/api.ts';
import type { RecordSummary } from '../data/types.ts';
import { recordName } from './record-name.ts';
import './record-picker.css';

interface RecordPickerProps {
  readonly label: string;
  readonly connectionId: string;
  readonly recordType: string;
  /** The id of the chosen record; empty: none yet. */
  readonly value: string;
  readonly onChange: (id: string, name: string) => void;
}

const SHOWN = 6;

/** A real record, found by words. */
export function RecordPicker({ label, connectionId, recordType, value, onChange }: RecordPickerProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const wanted = text.trim();
  const { data } = useApi(
    'listRecords',
    { params: { connectionId, recordType }, query: { limit: SHOWN, ...(wanted !== '' && { text: wanted }) } },
    { enabled: isOpen || value === '' },
  );
  const chosen = useApi(
    'getRecord',
    { params: { connectionId, recordType, recordId: value } },
    { enabled: value !== '' },
  ).data;
  const found = data?.items ?? [];
  const shown = isOpen
    ? text
    : value === ''
      ? ''
      : chosen === undefined
        ? value
        : (recordName(chosen.data) ?? value);
  const choose = (at: number) => {
    const record = found[at];
    if (record === undefined) return;
    onChange(record.id, recordName(record.data) ?? record.id);
    setOpen(false);
    setText('');
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      setOpen(true);
      setActive((active + step + found.length) % found.length);
    } else if (event.key === 'Enter' && isOpen) choose(active);
    else if (event.key === 'Escape' && isOpen) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="field record-picker">
      <label htmlFor={id}>{label}</label>
      <span className="search-box">
        <Search className="icon" aria-hidden />
        <input
          id={id}
          className="input"
          role="combobox"
          autoComplete="off"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-activedescendant={isOpen && found.length > 0 ? `${id}-${String(active)}` : undefined}
          placeholder="Find a record by a word"
          value={shown}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={press}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
            setOpen(true);
          }}
        />
      </span>
      <Found
        id={id}
        label={label}
        records={found}
        active={active}
        isOpen={isOpen}
        onPoint={setActive}
        onChoose={choose}
      />
    </div>
  );
}

interface FoundProps {
  readonly id: string;
  readonly label: string;
  readonly records: readonly RecordSummary[];
  readonly active: number;
  readonly isOpen: boolean;
  readonly onPoint: (at: number) => void;
  readonly onChoose: (at: number) => void;
}

function Found({ id, label, records, active, isOpen, onPoint, onChoose }: FoundProps) {
  return (
    <div className="record-list" role="listbox" id={`${id}-list`} aria-label={label} hidden={!isOpen}>
      {records.length === 0 && <p className="faint record-none">No record is found.</p>}
      {records.map((record, at) => (
        <div
          key={record.id}
          id={`${id}-${String(at)}`}
          role="option"
          aria-selected={at === active}
          className="suggestion"
          onMouseMove={() => onPoint(at)}
          // The field would lose the focus, and with it the list, before the click.
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(at);
          }}
        >
          <span className="truncate">{recordName(record.data) ?? record.id}</span>
          <code className="suggestion-type truncate">{record.id}</code>
        </div>
      ))}
    </div>
  );
}
