// A reason as a short code, with what is often meant to choose from. Never says which codes there may be: the server does.
import { Button, Input } from 'antd';
import { useId } from 'react';

interface Given {
  label: string;
  hint: string;
  value: string;
  onValue: (value: string) => void;
  /** What is often meant; any other code may be typed. */
  often: readonly string[];
  letters: number;
}

export function CodeInput({ label, hint, value, onValue, often, letters }: Given) {
  const id = useId();
  return (
    <div className="z-field">
      <label htmlFor={id}>{label}</label>
      <Input id={id} className="z-figures" autoComplete="off" maxLength={letters} value={value} aria-describedby={`${id}-hint`} onChange={({ target }) => onValue(target.value)} />
      <span className="z-codes">
        {often.map((code) => (
          <Button key={code} size="small" aria-pressed={value === code} onClick={() => onValue(code)}>
            {code}
          </Button>
        ))}
      </span>
      <span id={`${id}-hint`} className="z-quiet z-small">
        {hint}
      </span>
    </div>
  );
}
