/** What every test file needs: a portal, a connector, a browser, Anna and Boris. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'

import { Desk, launchBrowser, type Look } from './browser'
import { Connector } from './connector'
import { type Login, Portal } from './portal'

export class Stage {
  portal!: Portal
  connector!: Connector
  browser!: Browser
  private readonly desks: Desk[] = []

  get anna(): Login {
    return this.portal.anna
  }

  get boris(): Login {
    return this.portal.boris
  }

  /** Builds the stage before the tests of a file and takes it down after them. */
  static set(settings: Record<string, unknown> = {}): Stage {
    const stage = new Stage()
    beforeAll(async () => {
      stage.portal = await Portal.start()
      stage.connector = await Connector.open(stage.portal)
      // Every chat goes to Anna first, and only what people do is to be seen.
      const params = { QUEUE_TYPE: 'strictly', QUEUE_TIME: 3600, WELCOME_MESSAGE: 'N', AGREEMENT_MESSAGE: 'N', CHECK_AVAILABLE: 'N', AUTO_CLOSE_TIME: 0, CRM: 'N', VOTE_MESSAGE: 'N', CLOSE_RULE: 'none', FULL_CLOSE_TIME: 0, ...settings }
      await stage.portal.call('imopenlines.config.update', { CONFIG_ID: stage.portal.demo.line, PARAMS: params })
      stage.browser = await launchBrowser()
    })
    afterEach(async () => {
      for (const desk of stage.desks.splice(0)) await desk.close()
    })
    afterAll(async () => {
      await stage.browser?.close()
      await stage.connector?.close()
      await stage.portal?.stop()
    })
    return stage
  }

  /** A browser in which somebody has signed in. It is closed after the test. */
  async desk(login: Login, path = '/', look: Look = {}): Promise<Desk> {
    const desk = await Desk.signIn(this.browser, this.portal, login, look, path)
    this.desks.push(desk)
    return desk
  }

  /** The same without signing in. */
  async stranger(look: Look = {}): Promise<Desk> {
    const desk = await Desk.open(this.browser, this.portal, look)
    this.desks.push(desk)
    return desk
  }
}
