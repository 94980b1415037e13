import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, expect, test } from 'vitest'

import { setLanguage } from '@/i18n'
import type { File } from '@/api/types'

import Lightbox from './Lightbox.vue'

beforeAll(() => setLanguage('en'))

const picture = (url: string): File => ({ id: 1, name: 'x.png', mime: 'image/png', size: 5, state: 'ready', url, preview_url: null, width: null, height: null })

/** Where the link to save the picture leads. */
async function link(url: string): Promise<string | null | undefined> {
  const box = mount(Lightbox, { props: { files: [picture(url)], modelValue: 1 }, attachTo: document.body })
  await flushPromises()
  const found = document.body.querySelector('a[download]')?.getAttribute('href')
  box.unmount()
  return found
}

test('the link to save a picture leads to an address, and to no script', async () => {
  expect(await link('/files/x.png')).toBe('/files/x.png')
  expect(await link('https://portal.example/files/x.png')).toBe('/files/x.png')
  expect(await link('javascript:alert(1)')).toBe(null)
})
