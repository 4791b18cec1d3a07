// The control calls of the simulators (the front pages of crates/simulators/ list them).

/** One simulated neighbour of the gateway. */
export class Simulator {
  constructor(url) {
    this.url = url
  }

  async ask(method, path, body) {
    const answer = await fetch(`${this.url}/__sim/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${this.url}/__sim/${path}: ${answer.status} ${text}`)
    return text ? JSON.parse(text) : null
  }

  /** From now on these rules decide what goes wrong; none: nothing does. */
  async fails(...rules) {
    await this.ask(rules.length ? 'POST' : 'DELETE', 'faults', rules.length ? rules : undefined)
  }

  /** `METHOD path?query outcome` of what came since `forget`. */
  async heard() {
    return (await this.ask('GET', 'requests')).lines
  }

  async count() {
    return (await this.ask('GET', 'requests')).total
  }

  async forget() {
    await this.ask('DELETE', 'requests')
  }

  /** Habits of the server: these, and for all others the ones that it began with. */
  async quirks(changes = {}) {
    this.usual ??= await this.ask('GET', 'quirks')
    await this.ask('PUT', 'quirks', { ...this.usual, ...changes })
  }
}

/** The simulated Puentes: what it says about a phone, and how it fails. */
export class Puentes extends Simulator {
  async holds(phone, events) {
    await this.ask('PUT', `events/${encodeURIComponent(phone)}`, events)
  }

  /** `fault` as in crates/simulators/src/puentes/dial.rs. */
  async dial(settings = {}) {
    await this.ask('PUT', 'dial', settings)
  }
}
