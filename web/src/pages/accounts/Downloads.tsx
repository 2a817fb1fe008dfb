// A statement as a file that the server writes: asked for, how far it is, and the file once it is there. It goes on when this page
// is left. Never makes a file of its own.
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, Attempts, one, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { textOf } from '../../api/problem';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { useLanguage } from '../../text';
import type { Asked } from './asking';
import { type Days, momentsOf } from './period';

const FORMATS = ['csv', 'xlsx', 'json'] as const;
/** Without changes to hear, what runs is looked at this often, in milliseconds. */
const LOOK = 2_000;

/** The buttons; what is asked for stands below them. */
export function Downloads({ asked, days }: { asked: Asked; days: Days }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const attempts = useRef(new Attempts());
  const [id, setId] = useState<string>();
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState<unknown>();
  const { code: merchant, environment, programme } = asked;
  const ask = async (format: (typeof FORMATS)[number]) => {
    setBusy(format);
    setError(undefined);
    try {
      const body: Schemas['AskOperation'] = { environment, work: { kind: 'export', format, language, list: { name: 'statement', merchant, programme, period: momentsOf(days) } } };
      const operation = await attempts.current.under(JSON.stringify(body), (key) => told(api.POST('/api/v1/operations', { params: { header: { 'Idempotency-Key': key } }, body })));
      setId(operation.id);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <>
      {FORMATS.map((format) => (
        <Button key={format} loading={busy === format} onClick={() => void ask(format)}>
          {t(`accounts.statement.${format}`)}
        </Button>
      ))}
      {error !== undefined && <ProblemAlert error={error} />}
      {id !== undefined && <Made key={id} id={id} />}
    </>
  );
}

/** How far a file is; it comes by itself once it is there. */
function Made({ id }: { id: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const file = useRef<HTMLAnchorElement>(null);
  const made = useQuery({
    queryKey: about(['operation'], 'statement-file', id),
    queryFn: ({ signal }) => one('/api/v1/operations', id, signal),
    refetchInterval: ({ state }) => (isOver(state.data?.record.state) ? false : LOOK),
  });
  const record = made.data?.record;
  const link = record?.result?.link ?? undefined;
  useEffect(() => {
    if (link !== undefined) file.current?.click();
  }, [link]);
  if (made.error) return <ProblemAlert error={made.error} onRetry={() => void made.refetch()} />;
  return (
    <p className="z-whole-row" role="status">
      {!isOver(record?.state) && t('accounts.statement.making', { count: record?.progress.done ?? 0 })}
      {record?.refusal && `${textOf(record.refusal.why, language)} ${textOf(record.refusal.cure, language)}`}
      {link !== undefined && (
        <a ref={file} href={link} download={record?.result?.name}>
          {t('accounts.statement.take', { name: record?.result?.name })}
        </a>
      )}
    </p>
  );
}

function isOver(state: string | undefined): boolean {
  return state !== undefined && state !== 'waiting' && state !== 'running';
}
