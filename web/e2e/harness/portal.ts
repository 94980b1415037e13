/** The real program with a fresh portal in a folder of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const PROGRAM = process.env.TRUNKLINE_PROGRAM ?? join(import.meta.dirname, '../../../target/debug/trunkline')

/** Somebody who can sign in. */
export interface Login {
  id: number
  name: string
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
}

export class Portal {
  private constructor(
    private readonly folder: string,
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
  async anna(): Promise<Login> {
    return this.withPassword({ id: 1, name: 'Anna Ivanova', email: 'anna@example.com', password: 'correct horse one' })
  }

  async boris(): Promise<Login> {
    return this.withPassword({ id: 2, name: 'Boris Petrov', email: 'boris@example.com', password: 'correct horse two' })
  }

  private async withPassword(login: Login): Promise<Login> {
    await this.program(['user', 'password', String(login.id)], `${login.password}\n`)
    return login
  }

  /** A command of the program; what it printed. */
  async program(flags: string[], input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(PROGRAM, [...flags, '--data', this.folder], { cwd: this.folder, env: environment() }, (error, out, said) => {
        if (error) reject(new Error(`trunkline ${flags.join(' ')}: ${said}`))
        else resolve(out)
      })
      child.stdin?.end(input)
    })
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
