/** The real program with a fresh portal in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const PROGRAM = process.env.TRUNKLINE_PROGRAM ?? join(import.meta.dirname, '../../../target/debug/trunkline')

/** Somebody who can sign in. */
export interface Login {
  email: string
  password: string
}

interface Demo {
  portal: string
  client_endpoint: string
  access_token: string
  application_token: string
  webhook: string
  line: number
  operators: Login[]
}

export class Portal {
  private constructor(
    /** Where its data is. */
    readonly folder: string,
    private process: ChildProcess,
    public demo: Demo,
  ) {}

  /** Starts it, with the customers of the demo left out. */
  static async start(...flags: string[]): Promise<Portal> {
    const folder = await mkdtemp(join(tmpdir(), 'trunkline-e2e-'))
    const process = await launch(folder, '127.0.0.1:0', flags)
    return new Portal(folder, process, await readDemo(folder))
  }

  get url(): string {
    return this.demo.portal
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGKILL')
      await once(this.process, 'exit')
    }
  }

  /** Starts it again on the same address with the same data. */
  async restart(): Promise<void> {
    await this.kill()
    this.process = await launch(this.folder, new URL(this.url).host, [])
    this.demo = await readDemo(this.folder)
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** A method in the name of the application. */
  async call<T = unknown>(method: string, parameters: object): Promise<T> {
    return post<T>(`${this.demo.client_endpoint}${method}`, { ...parameters, auth: this.demo.access_token })
  }

  /** A method in the name of Anna, an administrator. */
  async hook<T = unknown>(method: string, parameters: object): Promise<T> {
    return post<T>(`${this.demo.webhook}/${method}`, parameters)
  }

  /** The two operators of the demo: Anna is an administrator. */
  get anna(): Login {
    return this.login(0)
  }

  get boris(): Login {
    return this.login(1)
  }

  private login(number: number): Login {
    const login = this.demo.operators[number]
    if (!login) throw new Error(`the demo has no operator ${number}`)
    return login
  }
}

/** Without the settings of whoever runs the tests. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TRUNKLINE_')))
}

async function launch(folder: string, listen: string, flags: string[]): Promise<ChildProcess> {
  const command = ['demo', '--quiet', '--listen', listen, '--data', folder, '--log-level', 'error', ...flags]
  const child = spawn(PROGRAM, command, { cwd: folder, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('Trunkline is ready')) {
      child.stdout.resume()
      return child
    }
  }
  throw new Error('the server did not start')
}

async function readDemo(folder: string): Promise<Demo> {
  return JSON.parse(await readFile(join(folder, 'demo.json'), 'utf8')) as Demo
}

async function post<T>(url: string, body: object): Promise<T> {
  const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  const { result, ...rest } = (await answer.json()) as { result?: T; error?: string }
  if (rest.error !== undefined) throw new Error(`${url}: ${JSON.stringify(rest)}`)
  return result as T
}
