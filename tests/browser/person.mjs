// A person with a browser: what they do, what they see, and whether anything went on that should not.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import assert from 'node:assert/strict'

import { accessibleOnce, shape, silent } from './rules.mjs'
import { STATES } from './states.mjs'
import { PATIENCE } from './wait.mjs'

const ANDROID = 'Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36'
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148'
const IN_APP = ANDROID.replace('SM-A546B', 'SM-A546B; wv').replace('Chrome', 'Version/4.0 Chrome')

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2, userAgent: ANDROID }
/** How the cookie of the session ends: over HTTPS it has a prefix. */
export const SESSION = 'pasarela_session'

/** The browsers that people come with. */
export const BROWSERS = {
  phone: PHONE,
  desktop: { viewport: { width: 1280, height: 800 } },
  whatsapp: { ...PHONE, userAgent: `${IN_APP} WhatsApp/2.24.20.80` },
  instagram: { ...PHONE, userAgent: `${IPHONE} Instagram 350.0.0.0 (iPhone14,5; iOS 17_5)` },
}

/** How a page is dressed when it is looked at. */
const DRESSES = [
  ['390x844', { width: 390, height: 844 }, 'light'],
  ['390x844.dark', { width: 390, height: 844 }, 'dark'],
  ['1280x800', { width: 1280, height: 800 }, 'light'],
  ['1280x800.dark', { width: 1280, height: 800 }, 'dark'],
]

/** A person, in one browser of their own. */
export class Person {
  static async arrive(browser, stage, client, kind, more = {}) {
    const context = await browser.newContext({ locale: 'es-EC', timezoneId: 'America/Guayaquil', reducedMotion: 'reduce', ...BROWSERS[kind], ...more })
    context.setDefaultTimeout(PATIENCE)
    const person = new Person(stage, client, kind, context)
    await person.tab()
    return person
  }

  constructor(stage, client, kind, context) {
    Object.assign(this, { stage, client, kind, context, taps: 0, faults: [], secrets: [client.key] })
    context.on('request', request => this.watch(request))
    context.on('response', response => {
      const document = response.request().resourceType() === 'document'
      if (response.status() >= 400 && !document && this.ours(response.url())) this.faults.push(`${response.status()} for ${response.url()}`)
    })
    context.on('console', message => {
      const { url } = message.location()
      // Of a page that tells of trouble the browser says so too; what else could not be loaded, `response` says.
      const loaded = /^Failed to load resource: the server responded/.test(message.text())
      if (message.type() === 'error' && !loaded && (url === '' || this.ours(url))) this.faults.push(`console: ${message.text()}`)
    })
    context.on('weberror', error => this.faults.push(`script: ${error.error().message}`))
  }

  ours(url) {
    return url.startsWith(`${this.stage.gateway}/`)
  }

  /** No request leaves the origin, but the one hop to Google's own page (and what that page loads). */
  watch(request) {
    const google = url => url.startsWith(`${this.stage.google.url}/`)
    const hop = google(request.url()) && (request.isNavigationRequest() || google(request.frame().url()))
    if (!this.ours(request.url()) && !hop && !request.url().startsWith('data:')) this.faults.push(`a request left the origin: ${request.url()}`)
  }

  /** Another tab, which is the one in hand from then on. */
  async tab() {
    this.page = await this.context.newPage()
    return this.page
  }

  /** Opens the link that came by WhatsApp. */
  async opens(url = this.client.entry) {
    return this.page.goto(url)
  }

  find(selector) {
    return this.page.locator(selector)
  }

  /** A tap of a finger, or a click. Those on our own pages are counted. */
  async tap(selector) {
    if (this.ours(this.page.url())) this.taps += 1
    const target = this.find(selector)
    await (BROWSERS[this.kind].hasTouch ? target.tap() : target.click())
  }

  /** The button of a form of ours. */
  async press(form) {
    await this.tap(`#${form} button:not([name=lang])`)
  }

  async types(selector, text) {
    await this.find(selector).fill(text)
  }

  /** Types a password; it must never be seen again. */
  async confides(selector, password) {
    this.secrets.push(password)
    await this.types(selector, password)
  }

  /** Waits for an element that says this to the letter, and no more. */
  async reads(text) {
    await this.find(`text="${text}"`).first().waitFor()
  }

  async text() {
    return this.find('body').innerText()
  }

  /** Waits until the page is in a state (see states.mjs), and holds it against the rules. `name`: what its screenshots are called. */
  async sees(state, { code, words = [], name, rules = true } = {}) {
    assert.ok(STATES[state], `there is no state ${state}`)
    await this.find(STATES[state]).first().waitFor({ state: 'attached' })
    if (code) await this.find(`code:text-is("${code}")`).waitFor()
    for (const word of words) await this.find('body').filter({ hasText: word }).waitFor({ state: 'attached' })
    if (rules) await this.judge(name ?? [state, code].filter(Boolean).join('.'))
  }

  /** All rules, in every dress, and a picture of each. */
  async judge(name) {
    const page = this.page
    const faults = []
    const note = (where, found) => faults.push(...found.map(fault => `${name} at ${where}: ${fault}`))
    const usual = page.viewportSize()
    for (const [dress, size, colorScheme] of DRESSES) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme })
      note(dress, await accessibleOnce(page, dress))
      if (colorScheme === 'light') note(dress, await shape(page))
      if (dress !== '1280x800.dark') await this.picture(`${name}.${dress}`)
    }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize(usual)
    const cookies = await this.context.cookies()
    note('any size', await silent(page, this.client.phone, [...this.secrets, ...cookies.filter(one => one.name.endsWith(SESSION)).map(one => one.value)]))
    assert.deepEqual(faults, [])
  }

  async picture(name) {
    mkdirSync(process.env.PASARELA_SCREENSHOTS, { recursive: true })
    const path = join(process.env.PASARELA_SCREENSHOTS, `${name.replace(/[^\w.-]+/g, '_')}.png`)
    await this.page.screenshot({ path, fullPage: true, animations: 'disabled' })
    return path
  }

  /** At Google's own page. */
  async consents({ without } = {}) {
    await this.find('#allow').waitFor()
    if (without) await this.find(`#allow input[type=checkbox][value*="${without}"]`).uncheck()
    await this.tap('#allow button')
  }

  async refuses() {
    await this.find('#cancel').waitFor()
    await this.tap('#cancel button')
  }

  /** Nothing went on behind the page that should not. */
  unsuspected() {
    assert.deepEqual(this.faults, [], `the browser of ${this.client.phone} noticed`)
  }

  async leaves() {
    await this.context.close()
  }
}
