/** What lies between a browser and the portal, and can be pulled: open connections break, new ones are refused. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

export class Cable {
  private readonly sockets = new Set<Socket>()
  private isCut = false

  private constructor(
    private readonly server: Server,
    private readonly far: URL,
  ) {}

  static async lay(to: string): Promise<Cable> {
    const server = createServer()
    const cable = new Cable(server, new URL(to))
    server.on('connection', (near) => cable.join(near))
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    return cable
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  cut(): void {
    this.isCut = true
    for (const socket of this.sockets) socket.destroy()
  }

  mend(): void {
    this.isCut = false
  }

  async remove(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private join(near: Socket): void {
    if (this.isCut) {
      near.destroy()
      return
    }
    const far = connect(Number(this.far.port), this.far.hostname)
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  }
}
