// A field with completion: type a name, an acronym, an everyday word, with or without accents; the list says what was
// met. What is typed and not chosen stays as it is: the API resolves it, or asks.
import { useCombobox } from 'downshift';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { plural } from '../words';

export interface Item {
  /** What the question holds: an id, or a place's name. */
  ref: string;
  label: string;
  /** Beside the label: the kind, the university, the name that was met. */
  note?: string;
  /** By what word it was found, where its name does not say it. */
  said?: string;
}

export type Provider = (text: string, signal: AbortSignal) => Promise<Item[]>;

interface Props {
  label: string;
  hint?: string;
  value: string;
  /** What to show for `value`. */
  shown: string;
  provider: Provider;
  onPick: (item: Item) => void;
  onText: (text: string) => void;
  /** Empties the field once something is picked: the field of a list. */
  clears?: boolean;
  autoFocus?: boolean;
  required?: boolean;
  /** Between the label and the field: what the field of a list has taken. */
  children?: ReactNode;
}

const WAIT = 120; // ms without a key before it asks

export function Field({ label, hint, value, shown, provider, onPick, onText, clears, autoFocus, required, children }: Props) {
  const [items, setItems] = useState<Item[]>([]);
  const [text, setText] = useState(shown);
  const [searched, setSearched] = useState('');
  const hintId = useId();
  const input = useRef<HTMLInputElement>(null);
  const typed = useRef(false);
  const tabbed = useRef(false);
  const told = useRef<string | null>(null); // the last text given to `onText`: coming back as `value`, it changes nothing
  // Enter came before the proposals for the text as it stands: take their first once they come, and ask if it came twice or none comes.
  const hurried = useRef<'take' | 'ask' | null>(null);
  useEffect(() => {
    if (value === told.current) return;
    typed.current = false;
    told.current = null;
    setText(shown);
  }, [value, shown]);
  const type = (next: string) => {
    typed.current = true;
    hurried.current = null;
    told.current = next.trim();
    setText(next);
    onText(next.trim());
  };
  // Within the key's or the pointer's own event, so that the form is as it will be before the next one; downshift would
  // tell of a selection only after it has drawn.
  const take = (item: Item) => {
    typed.current = false;
    told.current = null;
    setItems([]);
    setText(clears ? '' : item.label);
    onPick(item);
  };
  const settle = useRef((_found: Item[]) => {});
  settle.current = (found) => {
    const wish = hurried.current;
    hurried.current = null;
    const first = found[0];
    if (wish && first) flushSync(() => take(first));
    if (wish === 'ask' || (wish && !first)) input.current?.form?.requestSubmit();
  };
  useEffect(() => {
    if (!typed.current || !text.trim()) return setItems([]);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      provider(text.trim(), abort.signal)
        .catch(() => [])
        .then((found) => {
          if (abort.signal.aborted) return;
          // At once: a key that comes before the drawing would wait for what has come.
          flushSync(() => {
            setItems(found);
            setSearched(text.trim());
          });
          settle.current(found);
        });
    }, WAIT);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, provider]);
  const box = useCombobox<Item>({
    items,
    inputValue: text,
    selectedItem: null,
    defaultHighlightedIndex: 0,
    itemToString: (item) => item?.label ?? '',
    stateReducer: (_state, { changes }) => ({ ...changes, selectedItem: null, inputValue: text }),
  });
  const open = box.isOpen && items.length > 0;
  const current = searched === text.trim(); // the proposals are those for the text as it stands
  const lit = open && current ? items[box.highlightedIndex] : undefined;
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    tabbed.current = event.key === 'Tab';
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    if (hurried.current) {
      event.preventDefault();
      hurried.current = 'ask';
    } else if (lit) {
      take(lit);
    } else if (typed.current && text.trim() && !current) {
      event.preventDefault();
      hurried.current = 'take';
    }
    // Downshift closes an open list, and keeps Enter from asking; else it is the form's.
    if (!open) (event.nativeEvent as { preventDownshiftDefault?: boolean }).preventDownshiftDefault = true;
  };
  return (
    <div className="field">
      <label {...box.getLabelProps()}>{label}</label>
      {children}
      <div className="entry">
        <input
          {...box.getInputProps({
            ref: input,
            'aria-describedby': hint ? hintId : undefined,
            'aria-expanded': open,
            // At once, and not through downshift's state: the caret would jump.
            onChange: (event) => type(event.currentTarget.value),
            onKeyDown,
            // Leaving with Tab takes what is highlighted, as Enter does; a pointer elsewhere leaves the text.
            onBlur: () => {
              if (tabbed.current && lit) take(lit);
              tabbed.current = false;
            },
          })}
          autoFocus={autoFocus}
          aria-required={required}
          spellCheck={false}
          autoCapitalize="none"
        />
        <ul {...box.getMenuProps()} className={open ? 'menu open' : 'menu'}>
          {open && items.map((item, index) => (
            <li key={item.ref} {...box.getItemProps({ item, index, onClick: () => take(item) })} className={index === box.highlightedIndex ? 'lit' : undefined}>
              {item.label} {item.note && <span className="note">— {item.note}</span>}
            </li>
          ))}
        </ul>
      </div>
      {hint && <span id={hintId} className="hint">{hint}</span>}
      <span className="unseen" role="status">
        {box.isOpen && typed.current && current && text.trim() ? (items.length ? plural(items.length, 'proposition') : 'aucune proposition') : ''}
      </span>
    </div>
  );
}
