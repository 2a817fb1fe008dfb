// What a letter's link leads to: another password, a confirmed address, an invitation; and where such a letter is asked for. Never
// says whether somebody exists, and keeps nothing of a link.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { acceptInvitation, askReset, confirmAddress, resetPassword, sessionQuery } from '../api/session';
import { LanguageAndTheme } from '../app/Bar';
import { Mark } from '../app/Mark';
import { Page } from '../pieces/Page';
import { ProblemAlert } from '../pieces/ProblemAlert';

/** The frame of a page before the door. */
function Entrance({ title, lead, error, children }: { title: string; lead: string; error: unknown; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="z-entrance">
      <header className="z-bar">
        <Mark />
        <span className="z-fill" />
        <LanguageAndTheme />
      </header>
      <main>
        <Page title={title} header={null}>
          <div className="z-card z-narrow">
            <h1>{title}</h1>
            <p className="z-quiet">{lead}</p>
            {error !== undefined && <ProblemAlert error={error} />}
            {children}
            <p className="z-small">
              <Link to="/o/sign-in">{t('letters.back')}</Link>
            </p>
          </div>
        </Page>
      </main>
    </div>
  );
}

/** An action that may go wrong. */
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

function Broken() {
  const { t } = useTranslation();
  return (
    <p className="z-notice z-tone-you" role="alert">
      {t('letters.broken')}
    </p>
  );
}

/** A new password, twice. */
function Passwords() {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name="password" label={t('letters.password')} rules={[{ required: true, message: t('letters.passwordMissing') }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('letters.again')}
        dependencies={['password']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, value) => (value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('letters.different')))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}

export function Forgot() {
  const { t } = useTranslation();
  const { error, isBusy, act } = useAct();
  const [isSent, setSent] = useState(false);
  const send = (login: string) =>
    act(async () => {
      await askReset(login);
      setSent(true);
    });
  return (
    <Entrance title={t('letters.forgot')} lead={t('letters.forgotLead')} error={error}>
      {isSent && (
        <p className="z-notice z-tone-done" role="status">
          {t('letters.sent')}
        </p>
      )}
      <Form layout="vertical" requiredMark={false} onFinish={({ login }: { login: string }) => void send(login)}>
        <Form.Item name="login" label={t('letters.login')} rules={[{ required: true, whitespace: true, message: t('letters.loginMissing') }]}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Button block type="primary" htmlType="submit" loading={isBusy}>
          {t('letters.send')}
        </Button>
      </Form>
    </Entrance>
  );
}

export function Reset() {
  const { t } = useTranslation();
  const { person, token } = useSearch({ from: '/o/reset' });
  const navigate = useNavigate();
  const { error, isBusy, act } = useAct();
  const isWhole = person !== undefined && token !== undefined;
  const choose = (password: string) =>
    act(async () => {
      await resetPassword(person ?? '', token ?? '', password);
      await navigate({ to: '/o/sign-in', search: { said: 'changed' } });
    });
  return (
    <Entrance title={t('letters.reset')} lead={t('letters.resetLead')} error={error}>
      {isWhole ? (
        <Form layout="vertical" requiredMark={false} onFinish={({ password }: { password: string }) => void choose(password)}>
          <Passwords />
          <Button block type="primary" htmlType="submit" loading={isBusy}>
            {t('letters.reset')}
          </Button>
        </Form>
      ) : (
        <Broken />
      )}
    </Entrance>
  );
}

export function Confirm() {
  const { t } = useTranslation();
  const { person, token } = useSearch({ from: '/o/confirm' });
  const navigate = useNavigate();
  const { error, isBusy, act } = useAct();
  const isWhole = person !== undefined && token !== undefined;
  const confirm = () =>
    act(async () => {
      await confirmAddress(person ?? '', token ?? '');
      await navigate({ to: '/o/sign-in', search: { said: 'confirmed' } });
    });
  return (
    <Entrance title={t('letters.confirm')} lead={t('letters.confirmLead')} error={error}>
      {isWhole ? (
        <Button block type="primary" loading={isBusy} onClick={() => void confirm()}>
          {t('letters.confirmDo')}
        </Button>
      ) : (
        <Broken />
      )}
    </Entrance>
  );
}

export function Join() {
  const { t } = useTranslation();
  const { invitation, merchant, token } = useSearch({ from: '/o/join' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const session = useQuery(sessionQuery);
  const { error, isBusy, act } = useAct();
  const isKnown = session.data !== null && session.data !== undefined;
  const isWhole = invitation !== undefined && token !== undefined;
  const take = (who: { name?: string; password?: string }) =>
    act(async () => {
      await acceptInvitation({ invitation: invitation ?? '', token: token ?? '', merchant: merchant ?? null, name: who.name ?? null, password: who.password ?? null });
      client.clear();
      await navigate(isKnown ? { to: '/o' } : { to: '/o/sign-in', search: { said: 'joined' } });
    });
  return (
    <Entrance title={t('letters.join')} lead={t(isKnown ? 'letters.joinKnown' : 'letters.joinLead')} error={error}>
      {isWhole ? (
        <Form layout="vertical" requiredMark={false} onFinish={(who: { name?: string; password?: string }) => void take(who)}>
          {!isKnown && (
            <>
              <Form.Item name="name" label={t('letters.name')} rules={[{ required: true, whitespace: true, message: t('letters.nameMissing') }]}>
                <Input autoComplete="name" />
              </Form.Item>
              <Passwords />
            </>
          )}
          <Button block type="primary" htmlType="submit" loading={isBusy}>
            {t('letters.join')}
          </Button>
        </Form>
      ) : (
        <Broken />
      )}
    </Entrance>
  );
}
