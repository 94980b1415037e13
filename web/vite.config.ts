/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url'

import bitrix24UI from '@bitrix24/b24ui-nuxt/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

import { weightLimit } from './scripts/weight.mjs'

/** Where the server is while the app is developed: TRUNKLINE=http://127.0.0.1:8480 npm run dev */
const server = process.env.TRUNKLINE ?? 'http://127.0.0.1:8480'

export default defineConfig({
  plugins: [
    vue(),
    bitrix24UI({ colorMode: false, autoImport: false, components: false }),
    weightLimit(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: 'dist/app',
    target: 'es2023',
    // Everything is a file of its own: the policy allows neither inline scripts nor data: addresses of scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    // What two pages need is in one file: five requests instead of fifty until the inbox stands, and a tenth less to send.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', minShareCount: 2 }] } } },
  },
  server: { proxy: { '/api': server, '/rest': server, '/files': server } },
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    environment: 'happy-dom',
    restoreMocks: true,
  },
})
