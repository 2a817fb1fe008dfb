// The words around a case that is worked on beside its list. Never says anything about what kind of case it is.
import { both } from '../both';

export const cases = both(
  { label: '当前事项', before: '上一条', after: '下一条', at: '第 {{at}} 条，共 {{all}} 条', close: '关闭', keys: '方向键：上一条、下一条；Esc：关闭。' },
  { label: 'Case', before: 'Previous', after: 'Next', at: '{{at}} of {{all}}', close: 'Close', keys: 'Arrow keys: previous, next. Esc: close.' },
);
