// Another client system than Puentes: it has a name of its own, and asks with a key.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Adds a client system to the running gateway, as its operator does, and makes a key of it. */
export function clinic(stage, slug, name) {
  const config = join(stage.folder, 'etc', 'config.toml')
  const settings = Object.entries(stage.environment(join(stage.folder, 'etc'))).map(([key, value]) => [`PASARELA_${key}`, value])
  const run = (...command) => {
    const ran = spawnSync(stage.binary, [...command, '--config', config], { encoding: 'utf8', env: { ...process.env, ...Object.fromEntries(settings) } })
    if (ran.status !== 0) throw new Error(`pasarela ${command.join(' ')}: ${ran.error ?? ran.stderr}`)
    return ran.stdout
  }
  run('client', 'add', slug, '--name', name)
  const key = run('key', 'create', '--client', slug).split('\n').find(line => line.startsWith('pas_live_'))
  return new Clinic(stage.gateway, key.trim())
}

/** What it says to the gateway. */
class Clinic {
  constructor(gateway, key) {
    Object.assign(this, { gateway, key })
  }

  async ask(holder, method, path, body) {
    const headers = { Authorization: `Bearer ${this.key}`, 'X-Customer-Id': holder, 'Content-Type': 'application/json', Prefer: 'wait=20' }
    const answer = await fetch(`${this.gateway}/api/v1/calendar/${path}`, { method, headers, body: body && JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text ? JSON.parse(text) : null
  }

  /** A link into the page of one of its people. */
  async entry(holder) {
    return (await this.ask(holder, 'POST', 'page-link')).url
  }

  async links(holder) {
    return (await this.ask(holder, 'GET', 'link')).links
  }

  async changes(holder, body) {
    return this.ask(holder, 'PATCH', 'link', body)
  }
}
