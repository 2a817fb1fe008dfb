// A merchant by code and name, and how one is found by either. Never lists all of them: the server searches.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { page, type Schemas } from '../api/client';
import { about, useObject } from '../api/live';
import { usePlace } from '../app/place';

type Merchant = Schemas['MerchantObject'];

const FOUND = 20;

/** A merchant by its id or its code. */
export function useMerchant(merchant: string | undefined) {
  return useObject('/api/v1/merchants', 'merchant', merchant);
}

/** Name and code; the id for as long as nobody knows more. */
export function MerchantName({ id }: { id: string }) {
  const { data } = useMerchant(id);
  if (!data) return <code>{id}</code>;
  return (
    <span className="z-merchant" title={data.record.company}>
      {data.record.name} <code>{data.record.code}</code>
    </span>
  );
}

/** Chooses a merchant by what is typed of its code or its name. */
export function MerchantPick({ value, onValue, label, isClearable = true }: { value: string; onValue: (code: string) => void; label: string; isClearable?: boolean }) {
  const { t } = useTranslation();
  const { environment } = usePlace();
  const [typed, setTyped] = useState('');
  const chosen = useMerchant(value === '' ? undefined : value);
  const found = useQuery({
    queryKey: about(['merchant'], 'found', environment, typed),
    queryFn: ({ signal }) => page('/api/v1/merchants', { environment, limit: FOUND, ...(typed !== '' && { search: typed }) }, signal),
    placeholderData: keepPreviousData,
  });
  const option = ({ record }: Merchant) => ({ value: record.code, label: `${record.name} · ${record.code}` });
  const options = (found.data?.rows ?? []).map(option);
  const isKnown = value === '' || options.some((one) => one.value === value);
  return (
    <label className="z-filter">
      {label}
      <Select
        className="z-pick"
        aria-label={label}
        placeholder={t('parts.find')}
        notFoundContent={found.error ? t('parts.unread') : t('parts.none')}
        showSearch={{ filterOption: false, onSearch: (text) => setTyped(text.trim().slice(0, 100)) }}
        popupMatchSelectWidth={false}
        allowClear={isClearable}
        value={value === '' ? null : value}
        options={isKnown || !chosen.data ? options : [option(chosen.data), ...options]}
        onChange={(code: string | null | undefined) => {
          setTyped('');
          onValue(code ?? '');
        }}
      />
    </label>
  );
}
