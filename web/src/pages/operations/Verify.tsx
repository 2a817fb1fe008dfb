// Proving the books: every row is read and what does not hold is told. Begun here, done by the server; the last result is shown.
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { page } from '../../api/client';
import { about } from '../../api/live';
import { isOver, useAsk } from '../../api/operations';
import { usePlace } from '../../app/place';
import { moment } from '../../format/time';
import { useActorName } from '../../pieces/actor';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { StatusTag } from '../../pieces/StatusTag';
import { stateOf, TONES } from './words';

/** So far back the last verification is looked for. */
const LOOKED = 100;

export function VerifyButton() {
  const { t } = useTranslation();
  const { environment } = usePlace();
  const navigate = useNavigate();
  const ask = useAsk();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const begin = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { id } = await ask(environment, { kind: 'verify' });
      await navigate({ to: '/o/operations', search: { operation: id } });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {error !== undefined && <ProblemAlert error={error} />}
      <Button loading={isBusy} onClick={() => void begin()}>
        {t('operations.verifyNow')}
      </Button>
    </>
  );
}

/** How the books are proved, and what came of it last. */
export function Proof() {
  const { t } = useTranslation();
  const nameOf = useActorName();
  const { environment } = usePlace();
  const asked = useQuery({
    queryKey: about(['operation'], 'verifications', environment),
    queryFn: async ({ signal }) => (await page('/api/v1/operations', { environment, limit: LOOKED }, signal)).rows.find(({ record }) => record.work.kind === 'verify') ?? null,
  });
  const last = asked.data;
  const findings = last?.record.result?.findings;
  return (
    <Section title={t('operations.proof')} lead={t('operations.proofLead')} actions={<VerifyButton />}>
      {asked.error && <ProblemAlert error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.isPending && !asked.error && <Skeleton active={false} title={false} paragraph={{ rows: 1 }} />}
      {last === null && <p className="z-quiet">{t('operations.neverProved')}</p>}
      {last && (
        <p className="z-row">
          {isOver(last) && typeof findings === 'number' ? (
            findings === 0 ? (
              <StatusTag tone="done" word={t('operations.proved')} />
            ) : (
              <StatusTag tone="stopped" word={t('operations.findings', { count: findings })} />
            )
          ) : (
            <StatusTag tone={TONES[stateOf(last)]} word={t(`operations.states.${stateOf(last)}`)} />
          )}
          <span>{t('operations.by', { by: nameOf(last.record.asked_by), at: moment(last.record.asked_at) })}</span>
          <Link to="/o/operations" search={{ operation: last.id }}>
            {t('operations.open')}
          </Link>
        </p>
      )}
    </Section>
  );
}
