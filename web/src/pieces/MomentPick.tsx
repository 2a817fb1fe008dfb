// A moment that is chosen: date and time of the browser's zone, given as the server takes it. Never says whether it may be.
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

interface Given {
  value: string | undefined;
  onValue: (at: string | undefined) => void;
  label: string;
  /** One that is to come: nothing is meant by none. */
  isAhead?: boolean;
}

export function MomentPick({ value, onValue, label, isAhead = false }: Given) {
  const { t } = useTranslation();
  const known = value === undefined ? undefined : dayjs(value);
  return (
    <label className="z-filter">
      {label}
      <DatePicker
        aria-label={label}
        placeholder={t(isAhead ? 'parts.choose' : 'parts.now')}
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        needConfirm
        {...(isAhead && { minDate: dayjs() })}
        value={known?.isValid() ? known : null}
        onChange={(next) => onValue(next ? next.toISOString() : undefined)}
      />
    </label>
  );
}
