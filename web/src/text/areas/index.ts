// The words of the console's parts, gathered by language. Holds no words itself.
import { accounts } from './accounts';
import { bank } from './bank';
import { ledger } from './ledger';
import { operations } from './operations';
import { orders } from './orders';
import { parts } from './parts';
import { policies } from './policies';
import { promotions } from './promotions';
import { withdrawals } from './withdrawals';

const all = { accounts, bank, ledger, operations, orders, parts, policies, promotions, withdrawals };

export const zhCNAreas = {
  accounts: all.accounts.zhCN,
  bank: all.bank.zhCN,
  ledger: all.ledger.zhCN,
  operations: all.operations.zhCN,
  orders: all.orders.zhCN,
  parts: all.parts.zhCN,
  policies: all.policies.zhCN,
  promotions: all.promotions.zhCN,
  withdrawals: all.withdrawals.zhCN,
};

export const enAreas = {
  accounts: all.accounts.en,
  bank: all.bank.en,
  ledger: all.ledger.en,
  operations: all.operations.en,
  orders: all.orders.en,
  parts: all.parts.en,
  policies: all.policies.en,
  promotions: all.promotions.en,
  withdrawals: all.withdrawals.en,
};
