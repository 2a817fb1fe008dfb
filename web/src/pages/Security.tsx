// One's own account: the second factor, and where one is signed in. Never keeps a secret or a code: what is shown once is gone with
// the page.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Form, Input, QRCode } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client';
import { closeDevice, confirmSecondFactor, devicesQuery, dropSecondFactor, offerSecondFactor, sessionQuery } from '../api/session';
import { CopyText } from '../pieces/CopyText';
import { Moment } from '../pieces/Moment';
import { Page } from '../pieces/Page';
import { ProblemAlert } from '../pieces/ProblemAlert';
import { StatusTag } from '../pieces/StatusTag';

export function Security() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery);
  const person = session.data?.person;
  return (
    <Page title={t('security.title')} lead={t('security.lead')}>
      {person?.needs_second_factor && (
        <p className="z-notice z-tone-you" role="status">
          {t('security.needed')}
        </p>
      )}
      {person && <Factor isOn={person.second_factor} />}
      <Devices />
    </Page>
  );
}

/** What is done about the second factor: an action that may go wrong, and what it gives. */
function useAct() {
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const act = async (what: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await what();
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  return { error, isBusy, act };
}

function Factor({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { error, isBusy, act } = useAct();
  const [shown, setShown] = useState<Schemas['SecretShown']>();
  const [codes, setCodes] = useState<string[]>();
  const confirm = (code: string) =>
    act(async () => {
      const { recovery_codes } = await confirmSecondFactor(code);
      setShown(undefined);
      setCodes(recovery_codes);
    });
  const known = () => {
    setCodes(undefined);
    void client.invalidateQueries();
  };
  return (
    <section className="z-card z-flow" aria-labelledby="factor">
      <h2 id="factor">
        {t('security.factor')} <StatusTag tone={isOn || codes ? 'done' : 'you'} word={t(isOn || codes ? 'security.on' : 'security.off')} />
      </h2>
      <p className="z-quiet">{t('security.about')}</p>
      {error !== undefined && <ProblemAlert error={error} />}
      {codes && <Codes codes={codes} onKept={known} />}
      {!codes && !isOn && !shown && (
        <div>
          <Button type="primary" loading={isBusy} onClick={() => void act(async () => setShown(await offerSecondFactor()))}>
            {t('security.begin')}
          </Button>
        </div>
      )}
      {shown && <Scan shown={shown} isBusy={isBusy} onCode={(code) => void confirm(code)} />}
      {!codes && isOn && <Drop />}
    </section>
  );
}

function Scan({ shown, isBusy, onCode }: { shown: Schemas['SecretShown']; isBusy: boolean; onCode: (code: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className="z-scan">
      <div>
        <QRCode aria-label={t('security.qr')} value={shown.address} type="canvas" size={176} bordered={false} color="#000000" bgColor="#ffffff" />
      </div>
      <div>
        <p>{t('security.scan')}</p>
        <p className="z-small">
          {t('security.typed')} <CopyText label={t('security.secret')} text={shown.secret} />
        </p>
        <Form layout="vertical" requiredMark={false} onFinish={({ code }: { code: string }) => onCode(code)}>
          <Form.Item name="code" label={t('security.code')} rules={[{ required: true, whitespace: true, message: t('security.codeMissing') }]}>
            <Input autoComplete="one-time-code" inputMode="numeric" spellCheck={false} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={isBusy}>
            {t('security.confirm')}
          </Button>
        </Form>
      </div>
    </div>
  );
}

function Codes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="status">
      <h3>{t('security.codes')}</h3>
      <p>{t('security.codesHint')}</p>
      <ul className="z-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Button type="primary" onClick={onKept}>
        {t('security.saved')}
      </Button>
    </div>
  );
}

function Drop() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { error, isBusy, act } = useAct();
  const drop = (code: string) =>
    act(async () => {
      await dropSecondFactor(code);
      await navigate({ to: '/o/sign-in', search: { said: 'dropped' } });
      client.clear();
    });
  return (
    <>
      {error !== undefined && <ProblemAlert error={error} />}
      <p className="z-quiet z-small">{t('security.dropHint')}</p>
      <Form layout="inline" requiredMark={false} onFinish={({ code }: { code: string }) => void drop(code)}>
        <Form.Item name="code" label={t('security.dropCode')} rules={[{ required: true, whitespace: true, message: t('security.dropMissing') }]}>
          <Input autoComplete="one-time-code" spellCheck={false} />
        </Form.Item>
        <Button danger htmlType="submit" loading={isBusy}>
          {t('security.drop')}
        </Button>
      </Form>
    </>
  );
}

/** What a browser calls itself, in two words; whole where it is none that is known. */
function shortened(device: string): string | undefined {
  const browser = [/Edg\/(\d+)/, /Firefox\/(\d+)/, /Chrome\/(\d+)/, /Version\/(\d+).*Safari/].findIndex((one) => one.test(device));
  const system = ['Windows', 'iPhone', 'iPad', 'Android', 'Mac OS X', 'Linux'].find((one) => device.includes(one));
  const name = ['Edge', 'Firefox', 'Chrome', 'Safari'][browser];
  if (name !== undefined && system !== undefined) return `${name} · ${system}`;
  return device === '' ? undefined : device;
}

function Devices() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const devices = useQuery(devicesQuery);
  const { error, isBusy, act } = useAct();
  const close = (id: string) =>
    act(async () => {
      await closeDevice(id);
      await client.invalidateQueries({ queryKey: devicesQuery.queryKey });
    });
  const failed = error ?? devices.error ?? undefined;
  return (
    <section className="z-card z-flow" aria-labelledby="devices">
      <h2 id="devices">{t('security.devices')}</h2>
      {failed !== undefined && <ProblemAlert error={failed} onRetry={() => void devices.refetch()} />}
      <table className="z-plain">
        <thead>
          <tr>
            <th scope="col">{t('security.device')}</th>
            <th scope="col">{t('security.opened')}</th>
            <th scope="col">{t('security.seen')}</th>
            <th scope="col">
              <span className="z-hidden">{t('security.close')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {devices.data?.rows.map((device) => (
            <tr key={device.id}>
              <td title={device.device}>{shortened(device.device) ?? t('security.unknown')}</td>
              <td>
                <Moment at={device.opened_at} />
              </td>
              <td>
                <Moment at={device.seen_at} />
              </td>
              <td>
                {device.this ? (
                  <StatusTag tone="done" word={t('security.here')} />
                ) : (
                  <Button size="small" disabled={isBusy} onClick={() => void close(device.id)}>
                    {t('security.close')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
