// The words of pieces that several areas share. Never says what a refusal means: the server says it.
import { both } from '../both';

export const parts = both(
  {
    find: '代码或名称',
    none: '没有找到商家',
    unread: '商家列表读取失败',
    now: '现在',
    choose: '请选择时间',
    field: '字段',
    value: '值',
  },
  {
    find: 'Code or name',
    none: 'No such merchant',
    unread: 'Merchants could not be read',
    now: 'Now',
    choose: 'Choose a moment',
    field: 'Field',
    value: 'Value',
  },
);
