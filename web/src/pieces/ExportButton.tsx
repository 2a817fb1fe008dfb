// A list as a file that the server makes: asked for, how far it is, and the file once it is done. It goes on when this page is
// left, and is found again among the long work. Never makes a file here.
import { Button, Dropdown, Progress } from 'antd';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ExportedList, isOver, type Operation, percentOf, useAsk, useOperation } from '../api/operations';
import { textOf } from '../api/problem';
import { usePlace } from '../app/place';
import { useLanguage } from '../text';
import { ProblemAlert } from './ProblemAlert';
import { StatusTag } from './StatusTag';

const FORMS = ['csv', 'xlsx', 'json'] as const;

export function ExportButton({ list, label }: { list: ExportedList; label?: string }) {
  const { t } = useTranslation();
  const { environment } = usePlace();
  const language = useLanguage();
  const ask = useAsk();
  const [id, setId] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const operation = useOperation(id);
  const begin = async (format: (typeof FORMS)[number]) => {
    setBusy(true);
    setError(undefined);
    try {
      setId((await ask(environment, { kind: 'export', list, format, language })).id);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const isRunning = id !== undefined && !(operation.data && isOver(operation.data));
  return (
    <span className="z-export">
      <Dropdown trigger={['click']} disabled={isRunning || isBusy} menu={{ items: FORMS.map((key) => ({ key, label: t(`operations.forms.${key}`) })), onClick: ({ key }) => void begin(FORMS.find((form) => form === key) ?? 'csv') }}>
        <Button loading={isBusy}>{label ?? t('table.export')}</Button>
      </Dropdown>
      {error !== undefined && <ProblemAlert error={error} />}
      {operation.error && <ProblemAlert error={operation.error} onRetry={() => void operation.refetch()} />}
      {operation.data && <ExportStands key={operation.data.id} operation={operation.data} isMine onClose={() => setId(undefined)} />}
    </span>
  );
}

/** How an export stands; `isMine` when it was asked for on this page, so that its file comes by itself. */
export function ExportStands({ operation, isMine = false, onClose }: { operation: Operation; isMine?: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const file = useRef<HTMLAnchorElement>(null);
  const { record } = operation;
  const link = record.result?.link ?? undefined;
  const comes = isMine && link !== undefined;
  const hasCome = useRef(false);
  useEffect(() => {
    if (!comes || hasCome.current) return;
    hasCome.current = true;
    file.current?.click();
  }, [comes]);
  const percent = percentOf(operation);
  return (
    <span className="z-export-stands" role="status">
      {!isOver(operation) && (
        <>
          {percent === undefined ? <span>{t('operations.soFar', { count: record.progress.done })}</span> : <Progress size={[140, 8]} percent={percent} aria-label={t('operations.progress')} />}
          <Link to="/o/operations">{t('operations.leave')}</Link>
        </>
      )}
      {link !== undefined && (
        <a ref={file} href={link} download={record.result?.name}>
          {t('operations.take', { name: record.result?.name })}
        </a>
      )}
      {record.state === 'failed' && record.refusal && (
        <span>
          <StatusTag tone="stopped" word={t('operations.states.failed')} /> {textOf(record.refusal.why, language)} {textOf(record.refusal.cure, language)}
        </span>
      )}
      {(record.state === 'cancelled' || record.state === 'expired') && <StatusTag tone="nothing" word={t(`operations.states.${record.state}`)} />}
      {isOver(operation) && (
        <Button size="small" type="text" aria-label={t('operations.close')} onClick={onClose}>
          ×
        </Button>
      )}
    </span>
  );
}
