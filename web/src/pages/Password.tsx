// Another password. Afterwards every session is over, this one too. Never judges a password: the server says what it takes.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changePassword, sessionQuery } from '../api/session';
import { Page } from '../pieces/Page';
import { ProblemAlert } from '../pieces/ProblemAlert';

interface Values {
  old: string;
  next: string;
  again: string;
}

export function Password() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const session = useQuery(sessionQuery);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const change = async ({ old, next }: Values) => {
    setBusy(true);
    setError(undefined);
    try {
      await changePassword(old, next);
      await navigate({ to: '/o/sign-in', search: { said: 'changed' } });
      client.clear();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Page title={t('password.title')} lead={t('password.hint')}>
      <div className="z-card z-narrow z-left">
        {session.data?.person.must_change && (
          <p className="z-notice z-tone-you" role="status">
            <span>
              {t('shell.mustChange')} {t('shell.mustChangeCure')}
            </span>
          </p>
        )}
        {error !== undefined && <ProblemAlert error={error} />}
        <Form layout="vertical" requiredMark={false} onFinish={(values: Values) => void change(values)}>
          <input type="text" autoComplete="username" defaultValue={session.data?.person.login} hidden readOnly />
          <Form.Item name="old" label={t('password.old')} rules={[{ required: true, message: t('password.oldMissing') }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Form.Item name="next" label={t('password.new')} rules={[{ required: true, message: t('password.newMissing') }]}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="again"
            label={t('password.again')}
            dependencies={['next']}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, value) => (value === getFieldValue('next') ? Promise.resolve() : Promise.reject(new Error(t('password.different')))),
              }),
            ]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={isBusy}>
            {t('password.submit')}
          </Button>
        </Form>
      </div>
    </Page>
  );
}
