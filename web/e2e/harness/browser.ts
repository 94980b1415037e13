/** Chromium, and what a person does with the inbox. */
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'

import type { Login } from './portal'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required']

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })
}

export interface Look {
  width?: number
  height?: number
  colorScheme?: 'light' | 'dark'
  locale?: string
  timezoneId?: string
}

/** A browser of its own: own cookies, own storage. Errors of the page are kept and fail the test at the end. */
export class Desk {
  readonly errors: string[] = []

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    /** Where the inbox is: the portal, or a cable to it. */
    private readonly address: string,
  ) {}

  static async open(browser: Browser, address: string, look: Look = {}): Promise<Desk> {
    const { width = 1366, height = 768, locale = 'en-US', timezoneId = 'Europe/Berlin', colorScheme = 'light' } = look
    const context = await browser.newContext({ viewport: { width, height }, locale, timezoneId, colorScheme, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] })
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    const desk = new Desk(context, page, address)
    desk.watch(page)
    return desk
  }

  async signIn(login: Login, path = '/'): Promise<void> {
    await this.go(path)
    await this.page.locator('input[name=email]').fill(login.email)
    await this.page.locator('input[name=password]').fill(login.password)
    await this.page.locator('button[type=submit]').click()
    await this.page.locator('input[name=password]').waitFor({ state: 'detached' })
  }

  async go(path: string): Promise<void> {
    await this.page.goto(this.address + path)
  }

  /** A method in the name of whoever has signed in here. */
  async call<T = unknown>(method: string, params: object): Promise<T> {
    const answer = await this.page.evaluate(
      async ([method, body]) => {
        const { csrf } = (await (await fetch('/api/session')).json()) as { csrf: string }
        const headers = { 'Content-Type': 'application/json', 'X-Trunkline-Csrf': csrf }
        return (await (await fetch(`/rest/${method}`, { method: 'POST', headers, body })).json()) as { result?: unknown; error?: string }
      },
      [method, JSON.stringify(params)] as const,
    )
    if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer)}`)
    return answer.result as T
  }

  private watch(page: Page): void {
    page.on('pageerror', (error) => this.errors.push(String(error)))
    page.on('console', (message) => {
      // What the policy forbade, and what went wrong unnoticed. A refused call is the test's own business.
      if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text())) this.errors.push(message.text())
    })
  }

  /** The row of a chat in the list. */
  row(name: string): Locator {
    return this.page.getByRole('list', { name: 'Chats', exact: true }).getByRole('listitem').filter({ has: this.page.getByRole('link', { name, exact: true }) })
  }

  async openChat(name: string): Promise<void> {
    await this.row(name).getByRole('link').click()
    await this.page.getByRole('heading', { level: 2, name }).waitFor()
  }

  async view(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: new RegExp(`^${name}`) }).click()
  }

  /** A message in the thread. */
  message(text: string): Locator {
    return this.page.getByRole('article').filter({ hasText: text })
  }

  get reply(): Locator {
    return this.page.getByRole('textbox', { name: 'Reply to the customer' })
  }

  async write(text: string): Promise<void> {
    await this.reply.fill(text)
    await this.page.getByRole('button', { name: 'Send', exact: true }).click()
  }

  async close(): Promise<void> {
    await this.context.close()
    if (this.errors.length > 0) throw new Error(`errors in the browser:\n${this.errors.join('\n')}`)
  }
}
