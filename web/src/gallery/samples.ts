// What the gallery shows in its pieces, in both languages. Never part of a release, and no real person's or company's data.
import type { Operation } from '../api/operations';
import { Problem } from '../api/problem';
import type { Money } from '../format/money';
import type { Text } from '../text';

/** The present of the gallery. */
export const NOW = new Date('2026-03-02T01:00:00Z');

export const cny = (amount: string): Money => ({ amount, currency: 'CNY' });

export const refused = {
  code: 'prepaid.withdrawal.short',
  rule: 'R1-17',
  figures: [
    { name: 'needed', value: '800.00 CNY' },
    { name: 'available', value: '120.00 CNY' },
  ],
  why: { 'zh-CN': '可用余额不足。', en: 'The available balance is too small.' } satisfies Text,
  cure: { 'zh-CN': '请先充值，或减少提现金额。', en: 'Top up first, or withdraw less.' } satisfies Text,
};

export const problems = [new Problem(422, refused), new Problem(0, 'offline'), new Problem(502, 'unreadable')];

export const words = {
  'zh-CN': {
    name: '青禾贸易',
    state: '审核中',
    reviewer: '审核人',
    approve: '通过提现',
    refuse: '退回',
    freeze: '冻结账户',
    frozen: '账户余额将减少 800.00 CNY，款项付至尾号 6688 的账户。',
    happened: '充值到账',
    asked: '申请提现',
    detail: '由银行流水匹配',
    failed: '付款被银行退回',
    one: '填写',
    two: '核对',
    three: '提交',
    fill: '提现金额',
    check: '请核对金额',
    send: '提交后由财务处理',
    order: '订单号',
    merchant: '商家',
    status: '状态',
    open: '处理中',
    closed: '已完成',
    due: '期限',
    pieces: { money: '金额', input: '金额输入', tags: '状态', deadlines: '期限', empty: '空状态', problems: '问题', head: '对象页头', decision: '决定', noDecision: '没有操作', timeline: '时间线', steps: '分步', table: '列表', emptyTable: '空列表', failedTable: '读取失败的列表', chart: '图表', bars: '柱状图', views: '视图', exports: '导出', picks: '选择', values: '字段与值', drawer: '抽屉', openDrawer: '打开抽屉', balance: '可用余额', line: '停用线', stopped: '停用', copy: '复制', upload: '上传文件', facts: '事实', code: '原因代码', caseDrawer: '列表旁的事项' },
    copied: '备注码',
  },
  en: {
    name: 'Qinghe Trading',
    state: 'In review',
    reviewer: 'a reviewer',
    approve: 'Approve the withdrawal',
    refuse: 'Return it',
    freeze: 'Freeze the account',
    frozen: 'The balance falls by 800.00 CNY, paid to the account ending in 6688.',
    happened: 'Top-up credited',
    asked: 'Withdrawal asked for',
    detail: 'matched with a bank line',
    failed: 'The bank returned the payment',
    one: 'Fill in',
    two: 'Check',
    three: 'Send',
    fill: 'Amount to withdraw',
    check: 'Please check the amount',
    send: 'Finance takes it from here',
    order: 'Order',
    merchant: 'Merchant',
    status: 'State',
    open: 'Under way',
    closed: 'Done',
    due: 'Due',
    pieces: { money: 'Amounts', input: 'Typing an amount', tags: 'States', deadlines: 'Deadlines', empty: 'Nothing here', problems: 'Problems', head: 'Head of an object', decision: 'Decision', noDecision: 'No decision', timeline: 'Timeline', steps: 'Steps', table: 'List', emptyTable: 'Empty list', failedTable: 'List that failed', chart: 'Chart of days', bars: 'Chart of bars', views: 'Views', exports: 'Exports', picks: 'Choosing', values: 'Fields and values', drawer: 'Drawer', openDrawer: 'Open the drawer', balance: 'Available', line: 'Stops below', stopped: 'Stopped', copy: 'Copying', upload: 'Take a file', facts: 'Facts', code: 'A reason as a code', caseDrawer: 'A case beside its list' },
    copied: 'Remark code',
  },
};

/** A row of the sample list. */
export interface Sample {
  id: string;
  merchant: string;
  amount: Money;
  isOpen: boolean;
  due: string;
}

const all: Sample[] = Array.from({ length: 23 }, (_, at) => ({
  id: `SO-2026-${String(1000 + at)}`,
  merchant: `M-${String(100 + (at % 7))}`,
  amount: cny(`${String((at * 7919) % 100_000)}.${String(at % 10)}0`),
  isOpen: at % 3 === 0,
  due: new Date(NOW.getTime() + (at - 3) * 36_000_000).toISOString(),
}));

/** A server of the sample list: filters and pages as a real one does. */
export async function sampleList({ after, limit, filters }: { after: string | undefined; limit: number; filters: Record<string, string> }) {
  const wanted = all.filter((row) => (filters.state === undefined || (filters.state === 'open') === row.isOpen) && (filters.q === undefined || row.id.includes(filters.q)));
  const from = after === undefined ? 0 : wanted.findIndex(({ id }) => id === after) + 1;
  const rows = wanted.slice(from, from + limit);
  const last = rows.at(-1);
  return { rows, next: last && from + limit < wanted.length ? last.id : undefined };
}

/** Days of the sample chart. */
export const DAYS = Array.from({ length: 14 }, (_, at) => `2026-02-${String(10 + at)}`);
/** A balance that falls below its line and comes back; one day nobody knows. */
export const BALANCES = ['2400.00', '2100.00', '1800.00', '1500.00', '1200.00', '900.00', '700.00', undefined, '650.00', '2650.00', '2400.00', '2200.00', '2000.00', '1900.00'];

const exported: Operation['record'] = {
  id: 'op_024CBF1W800009',
  asked_by: 'li',
  asked_at: '2026-03-02T00:58:00Z',
  work: { kind: 'export', format: 'xlsx', language: 'en', list: { name: 'bank_lines', bank_account: null, period: { from: null, to: null } } },
  progress: { done: 0, of: null, unit: 'rows' },
  state: 'waiting',
  running_since: null,
  attempt: null,
  ended_at: null,
  cancelled_by: null,
  refusal: null,
  result: null,
};
const result = { name: 'bank_lines.xlsx', media_type: 'text/csv', bytes: 9_989, sha256: '', rows: 56, findings: null, server: '127.0.0.1:8080', attempt: 1, until: '2026-03-03T00:58:00Z', link: '/gallery' };
const operation = (at: number, record: Partial<Operation['record']>): Operation => ({
  kind: 'operation',
  id: `op_024CBF1W80000${String(at)}`,
  environment: 'live',
  version: 1,
  updated_at: '2026-03-02T00:58:00Z',
  record: { ...exported, ...record },
  allowed: [],
});

/** An export in each of its states. */
export const operations = [
  operation(1, {}),
  operation(2, { state: 'running', progress: { done: 12_000, of: null, unit: 'rows' } }),
  operation(3, { state: 'running', progress: { done: 7, of: 12, unit: 'months' } }),
  operation(4, { state: 'done', result }),
  operation(5, { state: 'failed', refusal: { ...refused, code: 'platform.operation.too_many_rows' } }),
  operation(6, { state: 'cancelled', cancelled_by: 'li' }),
  operation(7, { state: 'expired', result: { ...result, link: null, until: null } }),
];

/** Merchants that can be found. */
export const merchants = ['qinghe', 'lumen'].map((code, at) => ({
  kind: 'merchant' as const,
  id: `me_024CBF1W80000${String(at)}`,
  environment: 'live' as const,
  version: 1,
  updated_at: '2026-03-02T00:58:00Z',
  record: { id: `me_024CBF1W80000${String(at)}`, code, name: code === 'qinghe' ? '青禾' : 'Lumen & Oak', company: code === 'qinghe' ? '青禾贸易有限公司' : 'Lumen & Oak Ltd', supply: 'self_run' as const, state: { name: 'active' as const, registered_at: '2026-02-01T00:00:00Z' } },
  allowed: [],
}));

/** Sends nothing: one that is called slow stays half way, one that is called refused is, any other is there at once. */
export function sampleSend({ name }: File, tell: (part: number) => void, signal: AbortSignal): Promise<void> {
  tell(0.5);
  if (name.startsWith('slow')) return new Promise((_, fail) => signal.addEventListener('abort', () => fail(new Error(name))));
  return name.startsWith('refused') ? Promise.reject(problems[0] ?? new Error(name)) : Promise.resolve();
}
