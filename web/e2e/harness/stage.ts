/** What every test file needs: a portal, a connector, a browser, Anna and Boris. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'

import { Desk, launchBrowser, type Look } from './browser'
import { Cable } from './cable'
import { Connector } from './connector'
import { type Login, Portal } from './portal'

export class Stage {
  portal!: Portal
  connector!: Connector
  browser!: Browser
  private readonly desks: Desk[] = []
  private readonly cables: Cable[] = []

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
      for (const cable of stage.cables.splice(0)) await cable.remove()
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
    const desk = await this.stranger(look)
    await desk.signIn(login, path)
    return desk
  }

  /** A browser in which nobody has signed in. */
  async stranger(look: Look = {}, address = this.portal.url): Promise<Desk> {
    const desk = await Desk.open(this.browser, address, look)
    this.desks.push(desk)
    return desk
  }

  /** A cable to the portal. It is removed after the test. */
  async cable(): Promise<Cable> {
    const cable = await Cable.lay(this.portal.url)
    this.cables.push(cable)
    return cable
  }
}
