// The words of the console's parts, gathered by language. Holds no words itself.
import { accounts } from './accounts';
import { bank } from './bank';
import { cases } from './cases';
import { home } from './home';
import { ledger } from './ledger';
import { letters } from './letters';
import { operations } from './operations';
import { orders } from './orders';
import { parts } from './parts';
import { policies } from './policies';
import { promotions } from './promotions';
import { security } from './security';
import { tasks } from './tasks';
import { withdrawals } from './withdrawals';

const all = { accounts, bank, cases, home, ledger, letters, operations, orders, parts, policies, promotions, security, tasks, withdrawals };

export const zhCNAreas = {
  accounts: all.accounts.zhCN,
  bank: all.bank.zhCN,
  case: all.cases.zhCN,
  home: all.home.zhCN,
  ledger: all.ledger.zhCN,
  letters: all.letters.zhCN,
  operations: all.operations.zhCN,
  orders: all.orders.zhCN,
  parts: all.parts.zhCN,
  policies: all.policies.zhCN,
  promotions: all.promotions.zhCN,
  security: all.security.zhCN,
  tasks: all.tasks.zhCN,
  withdrawals: all.withdrawals.zhCN,
};

export const enAreas = {
  accounts: all.accounts.en,
  bank: all.bank.en,
  case: all.cases.en,
  home: all.home.en,
  ledger: all.ledger.en,
  letters: all.letters.en,
  operations: all.operations.en,
  orders: all.orders.en,
  parts: all.parts.en,
  policies: all.policies.en,
  promotions: all.promotions.en,
  security: all.security.en,
  tasks: all.tasks.en,
  withdrawals: all.withdrawals.en,
};
