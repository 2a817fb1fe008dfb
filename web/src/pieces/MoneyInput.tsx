// An amount that is typed: a decimal string and its currency, checked for form only. Never a float, and never a rule: whether
// an amount is allowed the server says.
import { Input, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { decimals, figures, parseAmount, type AmountError, type Money } from '../format/money';

/** What was typed, and the amount where it is one. */
export interface Typed {
  text: string;
  currency: string;
  money: Money | undefined;
}

interface Given {
  value: Typed;
  onChange: (value: Typed) => void;
  /** The currencies to choose from; one is shown and not chosen. */
  currencies: readonly string[];
  label: string;
  disabled?: boolean;
}

/** What was typed, read anew. */
export function typed(text: string, currency: string): Typed {
  const parsed = parseAmount(text, currency);
  return { text, currency, money: parsed.ok ? { amount: parsed.amount, currency } : undefined };
}

export function MoneyInput({ value, onChange, currencies, label, disabled = false }: Given) {
  const { t } = useTranslation();
  const id = useId();
  const [wasLeft, setLeft] = useState(false);
  const parsed = parseAmount(value.text, value.currency);
  const error: AmountError | undefined = wasLeft && value.text.trim() !== '' && !parsed.ok ? parsed.error : undefined;
  const places = decimals(value.currency);
  const wrong = error === 'tooMany' ? (places === 0 ? t('moneyInput.none') : t('moneyInput.tooMany', { count: places })) : t('moneyInput.notANumber');
  return (
    <div className="z-field">
      <label htmlFor={id}>{label}</label>
      <div className="z-money">
        <Input
          id={id}
          className="z-figures"
          inputMode="decimal"
          autoComplete="off"
          disabled={disabled}
          value={value.text}
          status={error ? 'error' : ''}
          aria-invalid={error !== undefined}
          aria-describedby={error ? `${id}-wrong` : undefined}
          onChange={(event) => onChange(typed(event.target.value, value.currency))}
          onFocus={() => setLeft(false)}
          onBlur={() => {
            setLeft(true);
            if (parsed.ok) onChange(typed(figures(parsed.amount), value.currency));
          }}
        />
        {currencies.length > 1 ? (
          <Select
            aria-label={t('money.currency')}
            disabled={disabled}
            value={value.currency}
            options={currencies.map((code) => ({ value: code, label: code }))}
            onChange={(code) => onChange(typed(value.text, code))}
          />
        ) : (
          <span className="z-currency">{value.currency}</span>
        )}
      </div>
      {error && (
        <div id={`${id}-wrong`} className="z-wrong" role="alert">
          {wrong}
        </div>
      )}
    </div>
  );
}
