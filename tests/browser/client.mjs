// The client system: what Puentes says to the gateway about one phone.

import { createHash } from 'node:crypto'

import { until } from './wait.mjs'

/** `secure_key` of a phone, as the client system makes it. */
export const secureKey = (phone, secret) => createHash('md5').update(phone + secret).digest('hex')

/** One phone, seen by the client system. */
export class Client {
  constructor(gateway, phone, secret) {
    this.gateway = gateway
    this.phone = phone
    this.key = secureKey(phone, secret)
  }

  /** The link that comes by WhatsApp. */
  get entry() {
    return `${this.gateway}/connect?${new URLSearchParams({ phone_number: this.phone, secure_key: this.key })}`
  }

  /** Waits for the calendar at most so many seconds; answers status and body. */
  async ask(method, path, body, wait = 20) {
    const headers = { 'X-Phone-Number': this.phone, 'X-Secure-Key': this.key, 'Content-Type': 'application/json', Prefer: `wait=${wait}` }
    const answer = await fetch(this.gateway + path, { method, headers, body: body && JSON.stringify(body) })
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : null }
  }

  async tell(event, wait) {
    const { status, body } = await this.ask('POST', '/events', event, wait)
    if (status >= 300) throw new Error(`POST /events: ${status} ${JSON.stringify(body)}`)
    return status
  }

  async link() {
    return (await this.ask('GET', '/link')).body
  }

  /** Links a CalDAV calendar without a page, for what comes after it. */
  async linkCaldav(url, username = 'alice', password = 'secret') {
    const { status, body } = await this.ask('POST', '/link', { provider: 'caldav', caldav: { url, username, password } })
    if (status !== 201) throw new Error(`POST /link: ${status} ${JSON.stringify(body)}`)
    await this.settled()
  }

  /** Waits until the newest resync is over and the calendar is as it should be. */
  async settled() {
    await until(`the calendar of ${this.phone} is as it should be`, async () => {
      const { last_resync: resync, pending } = await this.link()
      return resync?.state !== 'in_progress' && pending === 0
    })
  }
}
