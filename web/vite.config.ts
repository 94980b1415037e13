/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url'

import bitrix24UI from '@bitrix24/b24ui-nuxt/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** Where the server is while the app is developed: TRUNKLINE=http://127.0.0.1:8480 npm run dev */
const server = process.env.TRUNKLINE ?? 'http://127.0.0.1:8480'

export default defineConfig({
  plugins: [
    vue(),
    bitrix24UI({ colorMode: false, autoImport: false, components: false }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: 'dist/app',
    target: 'es2023',
    // Everything is a file of its own: the policy allows neither inline scripts nor data: addresses of scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { '/api': server, '/rest': server, '/files': server } },
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    environment: 'happy-dom',
    restoreMocks: true,
  },
})
