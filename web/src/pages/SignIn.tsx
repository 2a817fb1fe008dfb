// Coming in with login and password. Never says whether somebody exists: it shows what the server says, and for how long to wait.
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem';
import { signIn } from '../api/session';
import { LanguageAndTheme } from '../app/Bar';
import { Mark } from '../app/Mark';
import { Page } from '../pieces/Page';
import { ProblemAlert } from '../pieces/ProblemAlert';

/** Seconds that are left of a wait. */
function useWait(): [number, (seconds: number) => void] {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);
  return [left, setLeft];
}

export function SignIn() {
  const { t } = useTranslation();
  const { to, said } = useSearch({ from: '/o/sign-in' });
  const client = useQueryClient();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [wait, setWait] = useWait();
  const [asksCode, setAsksCode] = useState(false);
  const enter = async ({ login, password, code }: { login: string; password: string; code?: string }) => {
    setBusy(true);
    setError(undefined);
    try {
      const session = await signIn(login, password, code);
      client.clear();
      await navigate({ href: session.person.must_change ? '/o/password' : session.person.needs_second_factor ? '/o/security' : (to ?? '/o') });
    } catch (thrown) {
      // Only who has the password is asked for a code.
      const needsCode = problemOf(thrown).code === 'identity.person.code_needed';
      setAsksCode(asksCode || needsCode);
      setError(needsCode ? undefined : thrown);
      setWait(problemOf(thrown).retryAfter ?? 0);
      setBusy(false);
    }
  };
  return (
    <div className="z-entrance">
      <header className="z-bar">
        <Mark />
        <span className="z-fill" />
        <LanguageAndTheme />
      </header>
      <main>
        <Page title={t('signIn.title')} header={null}>
          <div className="z-card z-narrow">
            <h1>{t('signIn.title')}</h1>
            {said && error === undefined && (
              <p className="z-notice z-tone-done" role="status">
                {t(`signIn.${said}`)}
              </p>
            )}
            {error !== undefined && (
              <ProblemAlert error={error}>{wait > 0 && <p role="timer">{t('signIn.wait', { seconds: wait })}</p>}</ProblemAlert>
            )}
            <Form layout="vertical" requiredMark={false} onFinish={(values: { login: string; password: string; code?: string }) => void enter(values)}>
              <Form.Item name="login" label={t('signIn.login')} rules={[{ required: true, whitespace: true, message: t('signIn.loginMissing') }]}>
                <Input autoComplete="username" autoCapitalize="none" spellCheck={false} />
              </Form.Item>
              <Form.Item name="password" label={t('signIn.password')} rules={[{ required: true, message: t('signIn.passwordMissing') }]}>
                <Input.Password autoComplete="current-password" />
              </Form.Item>
              {asksCode && (
                <Form.Item name="code" label={t('signIn.code')} extra={t('signIn.codeHint')} rules={[{ required: true, whitespace: true, message: t('signIn.codeMissing') }]}>
                  <Input autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} autoFocus />
                </Form.Item>
              )}
              <Button block type="primary" htmlType="submit" loading={isBusy} disabled={wait > 0}>
                {wait > 0 ? t('signIn.wait', { seconds: wait }) : t('signIn.submit')}
              </Button>
            </Form>
            <p className="z-small">
              <Link to="/o/forgot">{t('signIn.forgot')}</Link>
            </p>
            <p className="z-quiet z-small">{t('signIn.first')}</p>
          </div>
        </Page>
      </main>
    </div>
  );
}
