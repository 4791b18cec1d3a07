// The processes of the product, configured as an operator does it, on free ports of loopback.

import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync, closeSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { Client } from './client.mjs'
import { Puentes, Simulator } from './simulator.mjs'
import { until } from './wait.mjs'

// The simulators say these themselves when they start.
const PUENTES_SECRET = 'demo-secret'
const CLIENT = 'pasarela-simulated.apps.googleusercontent.com'
const CLIENT_SECRET = 'simulated-secret-of-no-value'
/** Who has an account at the simulated Google. */
export const GOOGLE_USER = 'ana@example.com'

/** Gateway, Puentes, Google and CalDAV. `folder` keeps what they say. */
export class Stage {
  static async open(binary, folder, settings = {}, neighbours = []) {
    const stage = new Stage(binary, folder)
    try {
      await stage.begin(settings, neighbours)
    } catch (why) {
      await stage.close()
      throw why
    }
    return stage
  }

  constructor(binary, folder) {
    Object.assign(this, { binary, folder, children: [], others: [], held: [], phones: 0 })
    mkdirSync(folder, { recursive: true })
  }

  async begin(settings, neighbours) {
    this.held = await heldPorts(5)
    const ports = this.held.map(server => server.address().port)
    const [google, puentes, caldav, gateway] = ports.map(port => `http://127.0.0.1:${port}`)
    Object.assign(this, { google: new Simulator(google), puentes: new Puentes(puentes), caldav: new Simulator(caldav), gateway })
    /** Nobody listens here. */
    this.silent = `127.0.0.1:${ports[4]}`
    this.start('google', ['simulate', 'google', '--listen', address(google), '--user', GOOGLE_USER])
    this.start('puentes', ['simulate', 'puentes', '--listen', address(puentes)])
    this.start('caldav', ['simulate', 'caldav', '--listen', address(caldav)])
    await Promise.all([google, puentes, caldav].map(url => this.answers(`${url}/__sim/`)))
    for (const neighbour of neighbours) await neighbour(this)
    const place = this.configure()
    this.start('gateway', ['serve', '--config', join(place, 'config.toml')], { ...this.environment(place), ...settings })
    await this.answers(`${gateway}/readyz`)
  }

  configure() {
    const place = join(this.folder, 'etc')
    const init = spawnSync(this.binary, ['init', '--dir', place], { encoding: 'utf8' })
    if (init.status !== 0) throw new Error(`pasarela init: ${init.error ?? init.stderr}`)
    secret(join(place, 'puentes.secret'), PUENTES_SECRET)
    secret(join(place, 'google.secret'), CLIENT_SECRET)
    return place
  }

  environment(place) {
    const radicale = process.env.PASARELA_TEST_RADICALE
    return {
      SERVER__LISTEN: address(this.gateway),
      SERVER__PUBLIC_URL: this.gateway,
      PUENTES__EVENTS_URL: `${this.puentes.url}/events`,
      CALDAV__ALLOWED_HOSTS: [this.caldav.url, this.puentes.url, `http://${this.silent}`, this.apple?.url, this.selfSigned, radicale]
        .filter(Boolean).map(url => new URL(url).host).join(','),
      ...(this.apple && { APPLE__URL: this.apple.url }),
      GOOGLE__CLIENT_ID: CLIENT,
      GOOGLE__CLIENT_SECRET_FILE: join(place, 'google.secret'),
      GOOGLE__AUTHORIZATION_URL: `${this.google.url}/o/oauth2/v2/auth`,
      GOOGLE__TOKEN_URL: `${this.google.url}/token`,
      GOOGLE__REVOCATION_URL: `${this.google.url}/revoke`,
      GOOGLE__API_URL: this.google.url,
      GOOGLE__USER_REQUESTS_PER_MINUTE: '10000',
      SYNC__TICK: '100ms',
    }
  }

  start(name, command, settings = {}) {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('PASARELA_')))
    const more = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`PASARELA_${key}`, value]))
    const log = openSync(join(this.folder, `${name}.log`), 'a')
    // They end with this run, however that ends.
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', this.binary, ...command], { env: { ...clean, ...more }, stdio: ['ignore', log, log] })
    closeSync(log)
    const one = { name, child, ended: new Promise(done => child.once('exit', done)) }
    this.children.push(one)
  }

  async answers(url) {
    await until(`${url} answers`, async () => {
      const dead = this.children.find(({ child }) => child.exitCode !== null || child.signalCode !== null)
      if (dead) throw new Error(`${dead.name} ended: ${this.log(dead.name).slice(-2000)}`)
      return fetch(url).then(answer => answer.ok, () => false)
    })
  }

  log(name) {
    return readFileSync(join(this.folder, `${name}.log`), 'utf8')
  }

  /** A phone that nobody had before; each ends in other four digits. */
  client() {
    this.phones += 1
    return new Client(this.gateway, `+59399${String(1000000 + this.phones * 1117).slice(-7)}`, PUENTES_SECRET)
  }

  /** All neighbours as they were at the beginning. */
  async calm() {
    await Promise.all([this.google, this.puentes, this.caldav].map(async simulator => {
      await simulator.fails()
      await simulator.forget()
    }))
    await Promise.all([this.google.quirks(), this.caldav.quirks(), this.puentes.dial()])
  }

  /** The gateway first, so that nothing is cut off for it. */
  async close() {
    for (const { child, ended } of this.children.reverse()) {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(timer)
    }
    this.children = []
    for (const server of this.others) {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    }
    this.others = []
    for (const server of this.held.splice(0)) server.close()
  }
}

const address = url => url.replace('http://', '')

function secret(path, text) {
  rmSync(path, { force: true })
  writeFileSync(path, `${text}\n`, { mode: 0o600, flag: 'wx' })
}

/**
 * Servers that hold ports as tests/servers/ports.py does: below those that the system gives away, and at 127.0.0.2, where
 * nobody serves; whoever chooses in the same way passes them by, while 127.0.0.1 is free for the server.
 */
async function heldPorts(count) {
  const held = []
  while (held.length < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const holder = await listening(port, '127.0.0.2')
    const probe = holder && (await listening(port, '127.0.0.1'))
    if (probe) await new Promise(done => probe.close(done))
    if (probe) held.push(holder)
    else holder?.close()
  }
  return held
}

/** A server on this port, or null where it can't be had. */
async function listening(port, host) {
  return new Promise(done => {
    const server = createServer().once('error', () => done(null)).listen(port, host, () => done(server))
  })
}
