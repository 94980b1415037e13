import { mount } from '@vue/test-utils'
import { beforeAll, expect, test } from 'vitest'

import type { File } from '@/api/types'
import { setLanguage } from '@/i18n'

import MessageFiles from './MessageFiles.vue'

beforeAll(() => setLanguage('en'))

const aFile = (url: string): File => ({ id: 1, name: 'x.pdf', mime: 'application/pdf', size: 5, state: 'ready', url, preview_url: null, width: null, height: null })
const link = (url: string) => mount(MessageFiles, { props: { files: [aFile(url)] } }).get('a[download]').attributes('href')

test('a file is fetched by the name under which the inbox was opened, whatever the portal calls itself', () => {
  expect(link('https://portal.example/files/1/x.pdf')).toBe('/files/1/x.pdf')
  expect(link('javascript:alert(1)')).toBeUndefined()
})
