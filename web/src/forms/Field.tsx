// A field with completion: type a name, an acronym, an everyday word, with or without accents; the list says what was
// met. What is typed and not chosen stays as it is: the API resolves it, or asks.
import { useCombobox } from 'downshift';
import { useEffect, useId, useRef, useState } from 'react';

export interface Item {
  /** What the question holds: an id, or a place's name. */
  ref: string;
  label: string;
  /** Beside the label: the kind, the university, the name that was met. */
  note?: string;
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
}

const WAIT = 120; // ms without a key before it asks

export function Field({ label, hint, value, shown, provider, onPick, onText, clears, autoFocus, required }: Props) {
  const [items, setItems] = useState<Item[]>([]);
  const [text, setText] = useState(shown);
  const [searched, setSearched] = useState('');
  const hintId = useId();
  const typed = useRef(false);
  const told = useRef<string | null>(null); // the last text given to `onText`: coming back as `value`, it changes nothing
  useEffect(() => {
    if (value === told.current) return;
    typed.current = false;
    told.current = null;
    setText(shown);
  }, [value, shown]);
  const type = (next: string) => {
    typed.current = true;
    told.current = next.trim();
    setText(next);
    onText(next.trim());
  };
  useEffect(() => {
    if (!typed.current || !text.trim()) return setItems([]);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      provider(text.trim(), abort.signal).then(
        (found) => {
          setItems(found);
          setSearched(text.trim());
        },
        () => abort.signal.aborted || setItems([]),
      );
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
    onSelectedItemChange: ({ selectedItem }) => {
      if (!selectedItem) return;
      typed.current = false;
      told.current = null;
      setItems([]);
      setText(clears ? '' : selectedItem.label);
      onPick(selectedItem);
    },
    // Leaving with Tab takes what is highlighted, as Enter does; a pointer elsewhere leaves the text.
    stateReducer: (_state, { type, changes }) =>
      type === useCombobox.stateChangeTypes.InputBlur && !changes.selectedItem ? { ...changes, inputValue: text } : changes,
  });
  const open = box.isOpen && items.length > 0;
  return (
    <div className="field">
      <label {...box.getLabelProps()}>{label}</label>
      <input
        {...box.getInputProps({
          'aria-describedby': hint ? hintId : undefined,
          // At once, and not through downshift's state: the caret would jump.
          onChange: (event) => type(event.currentTarget.value),
          onKeyDown: (event) => {
            if (event.key === 'Enter' && !open) (event.nativeEvent as KeyboardEvent & { preventDownshiftDefault?: boolean }).preventDownshiftDefault = true;
          },
        })}
        autoFocus={autoFocus}
        aria-required={required}
        spellCheck={false}
        autoCapitalize="none"
      />
      {hint && <span id={hintId} className="hint">{hint}</span>}
      <ul {...box.getMenuProps()} className={open ? 'menu open' : 'menu'}>
        {open && items.map((item, index) => (
          <li key={item.ref} {...box.getItemProps({ item, index })} className={index === box.highlightedIndex ? 'lit' : undefined}>
            {item.label} {item.note && <span className="note">— {item.note}</span>}
          </li>
        ))}
      </ul>
      <span className="unseen" role="status">
        {box.isOpen && typed.current && searched === text.trim() && text.trim() ? (items.length ? `${items.length} propositions` : 'aucune proposition') : ''}
      </span>
    </div>
  );
}
