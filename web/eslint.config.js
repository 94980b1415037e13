import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

/** Whatever a feature needs from another one belongs into app/, state/ or ui/. */
const noFeatureImportsAnother = {
  create(context) {
    const own = /src\/features\/([^/]+)\//.exec(context.filename)?.[1]
    if (!own) return {}
    return {
      ImportDeclaration(node) {
        const other = /(?:@|\.\.)\/(?:features\/)?([^/]+)\//.exec(node.source.value)?.[1]
        const isFeature = /@\/features\//.test(node.source.value) || /^\.\.\/[^.]/.test(node.source.value)
        if (isFeature && other !== own) {
          context.report({ node, message: 'Features never import each other: share through app/, state/ or ui/.' })
        }
      },
    }
  },
}

/** state/ and api/ are plain functions: what they know must be testable without a screen. */
const plainLayer = {
  files: ['src/state/**/*.ts', 'src/api/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ group: ['vue', 'vue-*', '@/app/*', '@/ui/*', '@/features/*'], message: 'No Vue here.' }] },
    ],
    'no-restricted-globals': [
      'error',
      { name: 'setTimeout', message: 'Time is an argument: use Clock.' },
      { name: 'setInterval', message: 'Time is an argument: use Clock.' },
    ],
    'no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: 'Time is an argument: use Clock.' },
      { object: 'Math', property: 'random', message: 'Chance is an argument.' },
    ],
  },
}

export default [
  { ignores: ['dist', 'node_modules', 'src/api/schema.ts'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: { 'vue/no-v-html': 'error' },
  },
  {
    plugins: { trunkline: { rules: { 'no-feature-imports-another': noFeatureImportsAnother } } },
    rules: {
      'trunkline/no-feature-imports-another': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // The layout of templates is a matter of taste that no person should spend a minute on.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      'vue/attributes-order': 'off',
    },
  },
  plainLayer,
]
