// What the linter holds: types, hooks, and that no word which people read stands in code. Never switched off by a comment
// without a reason.
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const words = 'Texts belong into src/text: every word that people read is there in each language.';
const literal = 'Literal[value=/\\p{L}/u]';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'screenshots', 'test-results', 'scripts', 'src/api/schema.d.ts'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.{ts,tsx}'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 400 }],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Only src/api/client.ts speaks to the server.' }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: { ...hooks.configs.recommended.rules },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    // The gallery's samples stand in both languages beside each other.
    ignores: ['src/text/**', 'src/gallery/samples.ts', 'src/**/*.test.{ts,tsx}'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXText[value=/\\p{L}/u]', message: words },
        { selector: `JSXElement > JSXExpressionContainer > ${literal}`, message: words },
        { selector: `JSXElement > JSXExpressionContainer > :matches(ConditionalExpression, LogicalExpression) > ${literal}`, message: words },
        { selector: 'JSXElement > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=/\\p{L}/u]', message: words },
        ...['', '> JSXExpressionContainer', '> JSXExpressionContainer > :matches(ConditionalExpression, LogicalExpression)'].map((way) => ({
          selector: `JSXAttribute[name.name=/^(title|lead|label|placeholder|alt|description|extra|help|tooltip|caption|word|okText|cancelText|aria-label|aria-description)$/] ${way} > ${literal}`,
          message: words,
        })),
        { selector: 'Literal[value=/[\\u3400-\\u9fff]/]', message: words },
        { selector: 'TemplateElement[value.raw=/[\\u3400-\\u9fff]/]', message: words },
        { selector: "CallExpression[callee.name='parseFloat']", message: 'Amounts are decimal strings, never floats.' },
      ],
    },
  },
  {
    files: ['src/api/client.ts', 'browser/**', '**/*.test.{ts,tsx}'],
    rules: { 'no-restricted-globals': 'off' },
  },
);
