// Coming in, staying in and going out.

import assert from 'node:assert/strict'

import { SESSION } from '../person.mjs'
import { flow } from '../play.mjs'
import { until } from '../wait.mjs'

const session = async one => (await one.context.cookies()).find(cookie => cookie.name === SESSION)

/** What a page of this person sends with its forms. */
const csrf = one => one.find('input[name=csrf]').first().getAttribute('value')

/** A form sent from this person's browser as if its own page had sent it. */
const sends = (one, path, form) => one.context.request.post(one.stage.gateway + path, {
  form, maxRedirects: 0, headers: { Origin: one.stage.gateway, 'Sec-Fetch-Site': 'same-origin' },
})

flow('the session', {}, proves => {
  proves('the key leaves the address bar and the history of the browser', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens()
    await ana.sees('start', { rules: false })
    assert.equal(ana.page.url(), `${stage.gateway}/connect`)
    const devtools = await ana.context.newCDPSession(ana.page)
    const { entries } = await devtools.send('Page.getNavigationHistory')
    assert.doesNotMatch(entries.map(entry => entry.url).join(' '), new RegExp(`${ana.client.key}|phone_number`))
    assert.equal(await ana.page.evaluate(() => document.referrer), '')
  })

  proves('the cookie is for this site alone, and no script reads it', async ({ person }) => {
    const ana = await person()
    await ana.opens()
    const { httpOnly, sameSite, expires } = await session(ana)
    assert.deepEqual([httpOnly, sameSite, expires > 0], [true, 'Lax', true])
    assert.doesNotMatch(await ana.page.evaluate(() => document.cookie), /session/)
  })

  proves('another login gets another session', async ({ person }) => {
    const ana = await person()
    await ana.opens()
    const first = (await session(ana)).value
    await ana.opens()
    assert.notEqual((await session(ana)).value, first)
  })

  proves('the link of another person is asked about before it takes the place of the one who is in', async ({ stage, person }) => {
    const ana = await person()
    const other = stage.client()
    const last = client => `…${client.phone.slice(-4)}`
    await ana.opens()
    await ana.sees('start', { rules: false })
    const first = (await session(ana)).value
    await ana.opens(other.entry)
    await ana.sees('change', { words: [last(ana.client), last(other)] })
    assert.ok(!ana.page.url().includes(other.key))
    for (const lang of ['en', 'pt', 'es']) {
      await ana.tap(`button[name=lang][value=${lang}]`)
      await ana.find(`html[lang^=${lang}]`).waitFor({ state: 'attached' })
      await ana.sees('change', { name: `change.${lang}` })
    }
    const question = ana.page.url()
    await ana.tap('main a[href="/connect"]')
    await ana.sees('start', { words: [last(ana.client)], rules: false })
    assert.equal((await session(ana)).value, first, 'who stays, stays')
    await ana.opens(question)
    await ana.press('change')
    await ana.sees('start', { words: [last(other)], rules: false })
    assert.notEqual((await session(ana)).value, first)
  })

  proves('who has no session, or an old one, is told to ask for a new link', async ({ stage, person }) => {
    const ana = await person()
    const answer = await ana.opens(`${stage.gateway}/connect`)
    assert.ok(answer.status() >= 400, `${answer.status()}`)
    await ana.sees('notice', { code: 'link_expired' })
    await ana.opens()
    const token = await csrf(ana)
    await ana.context.clearCookies({ name: SESSION })
    await ana.press('google')
    await ana.sees('notice', { code: 'link_expired', rules: false })
    assert.ok(token)
  })

  proves('a wrong key opens nothing, and says the same of a phone that nobody knows', async ({ stage, person }) => {
    const ana = await person()
    const told = []
    for (const phone of [ana.client.phone, '+593987654321']) {
      await ana.opens(`${stage.gateway}/connect?${new URLSearchParams({ phone_number: phone, secure_key: 'f'.repeat(32) })}`)
      await ana.sees('notice', { code: 'link_expired', name: 'link_expired.wrong_key' })
      told.push((await ana.find('main').innerText()))
    }
    assert.equal(told[0], told[1])
    assert.equal(await session(ana), undefined)
  })

  proves('who guesses keys has to wait, and the right link opens all the same', async ({ stage, person }) => {
    const ana = await person()
    const wrong = ana.client.entry.replace(ana.client.key, '0'.repeat(32))
    const statuses = []
    await until('the door closes', async () => {
      statuses.push((await ana.context.request.get(wrong)).status())
      return statuses.at(-1) === 429 || statuses.length > 30
    })
    assert.equal(statuses.at(-1), 429, statuses.join())
    await ana.opens(wrong)
    await ana.sees('notice', { code: 'rate_limited' })
    await ana.opens()
    await ana.sees('start', { rules: false })
  })

  proves('a page of another site that loads the link as an image locks nobody out, and opens nothing', async ({ stage, person }) => {
    const ana = await person()
    const wrong = n => ana.client.entry.replace(ana.client.key, String(n).padStart(32, '0'))
    const refused = () => stage.log('gateway').split('operation="connect" status=403').length - 1
    const before = refused()
    // Another port of this host is another origin of the same site, which a browser lets load what it likes.
    // What its console says is that other page's own affair, so it is opened beside the one that is watched.
    const context = await ana.context.browser().newContext()
    const elsewhere = await context.newPage()
    await elsewhere.goto(stage.puentes.url)
    const images = [ana.client.entry, ...[...Array(30).keys()].map(wrong)]
    await elsewhere.evaluate(images => images.forEach(from => { new Image().src = from }), images)
    await until('all were asked for, and refused', async () => refused() - before === images.length)
    assert.equal(await session({ context }), undefined)
    await context.close()
    assert.equal((await ana.context.request.get(wrong(1))).status(), 410, 'none of them was counted')
    await ana.opens()
    await ana.sees('start', { rules: false })
  })

  proves('a form without its token is refused, with that of another session as well', async ({ stage, person }) => {
    const ana = await person()
    const eva = await person()
    for (const one of [ana, eva]) {
      await one.client.linkCaldav(stage.caldav.url)
      await one.opens()
      await one.sees('linked', { rules: false })
    }
    const [own, others] = [await csrf(ana), await csrf(eva)]
    assert.notEqual(own, others)
    const forms = [['/connect/resync', {}], ['/connect/unlink', {}], ['/connect/google', {}], ['/connect/apple', { username: 'x', password: 'y' }],
      ['/connect/caldav', { address: 'x', username: 'x', password: 'y' }], ['/connect/choose', { calendar: 'x' }], ['/connect/dismiss', {}], ['/connect/logout', {}]]
    for (const [path, fields] of forms) {
      for (const [how, token] of [['none', {}], ['empty', { csrf: '' }], ['another session', { csrf: others }], ['a guess', { csrf: 'x'.repeat(own.length) }]]) {
        const answer = await sends(ana, path, { ...fields, ...token })
        assert.equal(answer.status(), 403, `${path} with ${how}`)
      }
    }
    assert.equal((await ana.client.link()).linked, true)
    await ana.opens(`${stage.gateway}/connect`)
    await ana.sees('linked', { rules: false })
    assert.equal((await sends(ana, '/connect/resync', { csrf: own })).status(), 303, 'with its own it is taken')
  })

  proves('a form that was sent from another site is refused', async ({ person }) => {
    const ana = await person()
    await ana.opens()
    const form = { csrf: await csrf(ana) }
    const answer = await ana.context.request.post(`${ana.stage.gateway}/connect/logout`, { form, maxRedirects: 0, headers: { Origin: 'https://evil.example' } })
    assert.equal(answer.status(), 403)
  })

  proves('who leaves is out', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens()
    await ana.tap('#logout button')
    await until('the cookie is gone', async () => !(await session(ana)))
    await ana.judge('signed_out')
    await ana.opens(`${stage.gateway}/connect`)
    await ana.sees('notice', { code: 'link_expired', rules: false })
  })

  proves('a language that was chosen stays, on the page where it was chosen', async ({ stage, person }) => {
    const ana = await person()
    await ana.opens()
    for (const path of ['/connect', '/connect/apple', '/connect/caldav', '/connect/history']) {
      await ana.opens(stage.gateway + path)
      for (const lang of ['en', 'pt', 'es']) {
        await ana.tap(`button[name=lang][value=${lang}]`)
        await ana.find(`html[lang^=${lang}]`).waitFor({ state: 'attached' })
        assert.equal(new URL(ana.page.url()).pathname, path)
      }
    }
    await ana.tap('button[name=lang][value=en]')
    await ana.find('html[lang=en]').waitFor({ state: 'attached' })
    await ana.judge('history.en')
    await ana.opens(`${stage.gateway}/connect`)
    await ana.find('html[lang=en]').waitFor({ state: 'attached' })
    await ana.sees('start', { name: 'start.en' })
    await ana.tap('button[name=lang][value=pt]')
    await ana.find('html[lang^=pt]').waitFor({ state: 'attached' })
    await ana.sees('start', { name: 'start.pt' })
  })

  for (const app of ['whatsapp', 'instagram']) {
    proves(`out of ${app} the link leads into the phone's own browser, once`, async ({ stage, person }) => {
      const inside = await person(app)
      const outside = await person('phone', { client: inside.client })
      const third = await person('phone', { client: inside.client })
      await inside.opens()
      await inside.sees('handover', { code: 'webview_blocked', name: `handover.${app}` })
      const hop = inside.page.url()
      assert.match(hop, /\/connect\?hop=/)
      assert.ok(!hop.includes(inside.client.key))
      await outside.opens(hop)
      await outside.sees('start', { rules: false })
      assert.equal(outside.page.url(), `${stage.gateway}/connect`)
      await third.opens(hop)
      await third.sees('notice', { code: 'link_expired', rules: false })
    })
  }

  proves('who stays in the app goes on without Google', async ({ person }) => {
    const ana = await person('whatsapp')
    await ana.opens()
    await ana.press('stay')
    await ana.find('a[href="/connect/caldav"]').waitFor()
    await ana.judge('start.in_app')
    assert.equal(await ana.find('#google').count(), 0)
  })
})
